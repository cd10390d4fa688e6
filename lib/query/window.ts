import { formatInstant, type Micros, parseInstant, shortenInstant, toMicros } from "../fields/instant.ts";
import { firstInstantOf } from "../fields/zone.ts";
import { parsePeriod } from "./period.ts";
import type { Problem, Window } from "./search.ts";

type Complaint = Omit<Problem, "value"> & { value: string };

const units = { m: 60n, h: 3600n, d: 86_400n, w: 604_800n } as const;

/** What holds without `from`, `to` and `on`. */
export const defaultWindow = { from: "now-7d", to: "now" } as const;

/**
 * Reads `on`, or `from` and `to`. Without `from` there is no lower bound when `to` is given, else seven days.
 * `now` as the end is no bound at all: the clock of this machine may be behind that of the database.
 */
export function parseWindow(
  given: { from?: string; to?: string; on?: string },
  zone: string,
  asOf: Micros,
): { window: Window; complaints: Complaint[] } {
  const complaints: Complaint[] = [];
  if (given.on !== undefined) {
    const period = parsePeriod(zone, given.on.replace(" ", "+"));
    for (const param of ["from", "to"] as const) {
      if (given[param])
        complaints.push({ param, value: given[param], reason: "cannot be used together with on" });
    }
    if ("on" in period) {
      return { window: { from: period.from, to: period.to, given: { on: period.on } }, complaints };
    }
    complaints.push({ param: "on", value: given.on, reason: period.reason });
    return { window: resolve(defaultWindow, zone, asOf) as Window, complaints };
  }
  const from = given.from ?? (given.to === undefined ? defaultWindow.from : "all");
  const asked = { from, to: given.to ?? defaultWindow.to };
  for (const param of ["from", "to"] as const) {
    if (readMoment(asked[param], zone, asOf) !== undefined && !(param === "to" && asked.to === "all"))
      continue;
    const reason = "is not a time such as now-7d, 2026-03-14T09:00:00+01:00 or (for from) all";
    complaints.push({ param, value: asked[param], reason });
    asked[param] = defaultWindow[param];
  }
  const window = resolve(asked, zone, asOf);
  if (window) return { window, complaints };
  complaints.push({ param: "from", value: asked.from, reason: `is not before to=${asked.to}` });
  return { window: resolve(defaultWindow, zone, asOf) as Window, complaints };
}

function resolve(asked: { from: string; to: string }, zone: string, asOf: Micros): Window | undefined {
  const from = readMoment(asked.from, zone, asOf)?.at ?? null;
  const to = asked.to === "now" ? null : (readMoment(asked.to, zone, asOf)?.at ?? null);
  if (from !== null && from >= (to ?? asOf + 1n)) return undefined;
  const text = (at: Micros | null) => (at === null ? null : formatInstant(at));
  const canonical = (word: string, at: Micros | null) =>
    word.startsWith("now") || at === null ? word : shortenInstant(formatInstant(at));
  return {
    from: text(from),
    to: text(to),
    given: { from: canonical(asked.from, from), to: canonical(asked.to, to) },
  };
}

/** `now`, `now-7d`, `all`, an instant, or a date and time on the clocks of the zone, as a form sends it. */
function readMoment(word: string, zone: string, asOf: Micros): { at: Micros | null } | undefined {
  if (word === "all") return { at: null };
  if (word === "now") return { at: asOf };
  const [, count, unit] = /^now-(\d{1,5})([mhdw])$/.exec(word) ?? [];
  if (count && unit) {
    const at = asOf - BigInt(count) * units[unit as keyof typeof units] * 1_000_000n;
    return { at: at < 0n ? 0n : at };
  }
  const text = word.replace(" ", "+");
  const instant = parseInstant(text);
  if (instant !== undefined) return { at: instant };
  const wall = parseInstant(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00Z` : `${text}Z`);
  if (wall === undefined) return undefined;
  const millis = firstInstantOf(zone, Number(wall / 1000n));
  return millis < 0 ? undefined : { at: BigInt(millis) * 1000n + (wall % 1000n) };
}

/** The same window as two instants, whenever it is read again. */
export function fixWindow(window: Window, asOf: string): Window {
  const from = window.from === null ? "all" : shortenInstant(window.from);
  const to = window.to ?? formatInstant(toMicros(asOf) + 1n);
  return { from: window.from, to, given: { from, to: shortenInstant(to) } };
}
