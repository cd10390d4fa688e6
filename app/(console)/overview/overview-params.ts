import type { Problem } from "@/lib/query/search.ts";
import { parseSearch } from "@/lib/query/search-params.ts";
import { definitions } from "@/lib/records/kinds.ts";
import type { GivenParams } from "../given-params.ts";

/** The windows that an overview can be of, as addresses say them. */
export const windows = [
  { from: "now-24h", days: 1, label: "24 h", words: "24 hours" },
  { from: "now-7d", days: 7, label: "7 days", words: "7 days" },
  { from: "now-30d", days: 30, label: "30 days", words: "30 days" },
  { from: "now-90d", days: 90, label: "90 days", words: "90 days" },
] as const;

export type OverviewWindow = (typeof windows)[number];

const usual = windows[2];
// What a list can be asked besides its filters, and an overview cannot.
const foreign = ["q", "to", "on", "sort", "n", "after", "before"];

/** Reads what an address asks of the overview; what it cannot be asked is not applied, and named. */
export function readOverviewParams(
  given: GivenParams,
  now: Date,
): { zone: string; asOf: string; window: OverviewWindow; problems: Problem[] } {
  const { from, ...others } = given;
  const own = Object.entries(others).filter(([name]) => !foreign.includes(name));
  const definition = { ...definitions.audit, title: "the overview", fields: {} };
  const { search, problems } = parseSearch(definition, Object.fromEntries(own), now);
  for (const param of foreign)
    if (others[param] !== undefined)
      problems.push({ param, value: cut(others[param]), reason: "is not a filter of the overview" });
  const known = from === undefined ? usual : windows.find((window) => window.from === from);
  if (!known) {
    const reason = `is not one of ${windows.map((window) => window.from).join(", ")}`;
    problems.push({ param: "from", value: cut(from), reason });
  }
  return { zone: search.zone, asOf: search.asOf, window: known ?? usual, problems };
}

/** The overview of a window; what is usual is left out. */
export function overviewHref(from: OverviewWindow["from"], zone: string): string {
  const params = new URLSearchParams({
    ...(from !== usual.from && { from }),
    ...(zone !== "UTC" && { tz: zone }),
  });
  return params.size > 0 ? `/?${params}` : "/";
}

function cut(value: string | string[] | undefined): string {
  const text = [value ?? ""].flat().join();
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
