import { formatInstant } from "../fields/instant.ts";
import { changeBetween, firstInstantOf, formatOffset, offsetAt, wallAt } from "../fields/zone.ts";

export type Level = "year" | "month" | "day" | "hour";

/** A step of the date hierarchy in a zone. */
export interface Period {
  /** `2026`, `2026-03`, `2026-03-14`, `2026-03-14T09`; with its offset where that hour comes twice. */
  on: string;
  level: Level;
  /** Half-open, as instants. */
  from: string;
  to: string;
}

const shape = /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d)([+-]\d\d:\d\d(?::\d\d)?)?)?)?)?$/;

/** Reads a drill level; `reason` completes "on=2026-13 …". */
export function parsePeriod(zone: string, on: string): Period | { reason: string } {
  const [, year, month, day, hour, offset] = shape.exec(on) ?? [];
  if (!year) return { reason: "is not a period such as 2026, 2026-03, 2026-03-14 or 2026-03-14T09" };
  if (Number(year) < 1970 || Number(year) > 9998) return { reason: "lies outside the years 1970 to 9998" };
  const start = `${year}-${month ?? "01"}-${day ?? "01"}`;
  const wall = Date.parse(`${start}T00:00:00Z`);
  if (Number.isNaN(wall) || new Date(wall).toISOString().slice(0, 10) !== start)
    return { reason: "is no date" };
  const level = day ? "day" : month ? "month" : "year";
  const period = periodOf(zone, wall, level);
  if (period.from === period.to) return { reason: `was skipped in ${zone}` };
  return hour ? findHour(zone, period, `${start}T${hour}`, offset) : period;
}

function findHour(zone: string, day: Period, on: string, offset?: string): Period | { reason: string } {
  const hours = partsOf(zone, day).filter((hour) => hour.on.startsWith(on));
  const [only] = hours;
  if (!only) return { reason: Number(on.slice(11)) > 23 ? "is no hour" : `was skipped in ${zone}` };
  if (hours.length > 1) {
    const chosen = hours.find((hour) => hour.on === on + (offset ?? ""));
    return chosen ?? { reason: `comes twice in ${zone}: ${hours.map((hour) => hour.on).join(" and ")}` };
  }
  const actual = formatOffset(offsetAt(zone, Date.parse(only.from)));
  return offset && offset !== actual ? { reason: `has the offset ${actual} in ${zone}` } : only;
}

/** The periods of the next finer level, in order, without gap or overlap; an hour has none. */
export function partsOf(zone: string, period: Period): Period[] {
  const [year = 1970, month = 1, day = 1] = period.on.slice(0, 10).split("-").map(Number);
  if (period.level === "hour") return [];
  if (period.level === "day") return hoursOf(zone, period);
  const walls =
    period.level === "year"
      ? Array.from({ length: 12 }, (_, at) => Date.UTC(year, at, 1))
      : Array.from({ length: new Date(Date.UTC(year, month, 0)).getUTCDate() }, (_, at) =>
          Date.UTC(year, month - 1, day + at),
        );
  const level = period.level === "year" ? "month" : "day";
  return walls.map((wall) => periodOf(zone, wall, level)).filter(({ from, to }) => from < to);
}

/** The hours as clocks in the zone show them: 23 or 25 on some days, a shorter one where half an hour moves. */
function hoursOf(zone: string, day: Period): Period[] {
  const hour = 3_600_000;
  const end = Date.parse(day.to);
  const hours: (Period & { offset: number })[] = [];
  for (let from = Date.parse(day.from); from < end; ) {
    const offset = offsetAt(zone, from);
    const wall = from + offset;
    const full = Math.floor(wall / hour) * hour + hour - offset;
    const to = Math.min(changeBetween(zone, from, full) ?? full, end);
    const on = new Date(wall).toISOString().slice(0, 13);
    hours.push({ on, level: "hour", from: textOf(from), to: textOf(to), offset });
    from = to;
  }
  return hours.map(({ offset, ...period }) => {
    const twice = hours.some((other) => other.on === period.on && other.offset !== offset);
    return twice ? { ...period, on: period.on + formatOffset(offset) } : period;
  });
}

/** The period of that level in which the instant (milliseconds) lies. */
export function periodAt(zone: string, instant: number, level: Exclude<Level, "hour">): Period {
  return periodOf(zone, wallAt(zone, instant), level);
}

/** The period before (-1) or after (1) one of the same level, year, month or day. */
export function stepPeriod(zone: string, period: Period, step: -1 | 1): Period {
  if (period.level === "hour") throw new RangeError("hours have no neighbours of their own");
  const next = step === 1 ? Date.parse(period.to) : Date.parse(period.from) - 1;
  return periodAt(zone, next, period.level);
}

/** A year's, month's or day's enclosing periods, coarsest first, itself last. */
export function pathOf(zone: string, period: Period): Period[] {
  const start = Date.parse(period.from);
  const levels: Exclude<Level, "hour">[] = ["year", "month", "day"];
  const above = levels.slice(0, period.level === "hour" ? 3 : levels.indexOf(period.level));
  return [...above.map((level) => periodAt(zone, start, level)), period];
}

function periodOf(zone: string, wall: number, level: Exclude<Level, "hour">): Period {
  const date = new Date(wall);
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  const start = { year: [year, 0, 1], month: [year, month, 1], day: [year, month, day] }[level] as Triple;
  const next = { year: [year + 1, 0, 1], month: [year, month + 1, 1], day: [year, month, day + 1] }[
    level
  ] as Triple;
  const on = new Date(Date.UTC(...start)).toISOString().slice(0, { year: 4, month: 7, day: 10 }[level]);
  return { on, level, from: startOf(zone, Date.UTC(...start)), to: startOf(zone, Date.UTC(...next)) };
}

type Triple = [number, number, number];

function startOf(zone: string, wall: number): string {
  return textOf(firstInstantOf(zone, wall));
}

function textOf(millis: number): string {
  return formatInstant(BigInt(Math.max(millis, 0)) * 1000n);
}
