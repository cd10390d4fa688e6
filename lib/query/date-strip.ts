import type { Viewer } from "../access/viewer.ts";
import type { Executor } from "../executor.ts";
import { toMicros } from "../fields/instant.ts";
import type { Definition } from "../records/define.ts";
import { confine } from "./confine.ts";
import { countPeriods } from "./count-periods.ts";
import { type Level, type Period, parsePeriod, partsOf, pathOf, periodAt, stepPeriod } from "./period.ts";
import { type Extent, readExtent } from "./reach.ts";
import type { Search, Window } from "./search.ts";

export interface CountedPeriod extends Period {
  /**
   * Exact: same filters as the list, without its window. Null: not counted. The rollups cannot tell, and the time of
   * a page was not enough to count in the records.
   */
  count: number | null;
  /** How much of it lies in the search's window. */
  within: "all" | "part" | "none";
  /** It has not begun yet. */
  future: boolean;
}

/** The link of a period is `refineSearch(search, { window: drillTo(period) })`. */
export interface DateStrip {
  /** Of the periods below. */
  level: Level;
  zone: string;
  /** From the year down to the period whose parts are shown; empty when years are. "All" goes before it. */
  crumbs: Period[];
  periods: CountedPeriod[];
  /** The sum of the periods that are counted. */
  total: number;
  /** The neighbours of the last crumb, as far as anything is recorded. */
  previous?: Period;
  next?: Period;
}

/** The window of a period, for `refineSearch`. */
export function drillTo(period: Period): Window {
  return { from: period.from, to: period.to, given: { on: period.on } };
}

/**
 * The date hierarchy for a search: the parts of the drilled period, or, without a drill, of the smallest
 * period that shows the window; for all time, what the record's own range calls for.
 *
 * @throws AnnalsError FORBIDDEN without the right to view this kind
 */
export async function dateStrip(
  db: Executor,
  viewer: Viewer,
  definition: Definition,
  search: Search,
  limits: { budgetMs?: number } = {},
): Promise<DateStrip> {
  const mine = confine(viewer, definition, search);
  const { zone } = search;
  const extent = await readExtent(db, definition);
  const parent = parentOf(search, extent);
  const parts = parent ? partsOf(zone, parent) : yearsOf(search, extent);
  const counts = await countPeriods(db, definition, mine, extent, parts, limits);
  const periods = parts.map((part, at) => ({
    ...part,
    count: counts[at] ?? null,
    within: overlap(part, search.window),
    future: part.from > search.asOf,
  }));
  return {
    level: parts[0]?.level ?? "year",
    zone,
    crumbs: parent ? pathOf(zone, parent) : [],
    periods,
    total: counts.reduce<number>((sum, count) => sum + (count ?? 0), 0),
    ...neighboursOf(search, extent, parent),
  };
}

/** The period whose parts are shown; undefined for the years. */
function parentOf(search: Search, extent: Extent): Period | undefined {
  const { window, zone, asOf } = search;
  if ("on" in window.given) {
    const period = parsePeriod(zone, window.given.on);
    if (!("on" in period)) throw new RangeError(`on=${window.given.on} ${period.reason}`);
    return period.level === "hour" ? periodAt(zone, millisOf(period.from), "day") : period;
  }
  const first = millisOf(window.from ?? extent.span?.from ?? asOf);
  const last = Math.max(first, millisOf(window.to ?? latest(asOf, extent)) - 1);
  const level = (["day", "month", "year"] as const).find((coarse) => {
    const end = periodAt(zone, last, coarse);
    const days = { day: 0, month: 31, year: 366 }[coarse];
    // The parts of one period can show a window that reaches a little into the one before.
    const fits = window.from !== null && last - first <= days * 86_400_000;
    return fits || first >= millisOf(end.from);
  });
  return level && periodAt(zone, last, level);
}

/** All years in which something is recorded, and this one. */
function yearsOf({ zone, asOf }: Search, extent: Extent): Period[] {
  const years: Period[] = [];
  const first = millisOf(extent.span?.from ?? asOf);
  let year = periodAt(zone, millisOf(latest(asOf, extent)), "year");
  while (millisOf(year.to) > first) {
    years.unshift(year);
    if (Number(year.on) <= 1970) break;
    year = stepPeriod(zone, year, -1);
  }
  return years;
}

function neighboursOf(
  search: Search,
  extent: Extent,
  parent: Period | undefined,
): { previous?: Period; next?: Period } {
  if (!parent || !extent.span) return {};
  const hasPrevious = extent.span.from < parent.from;
  const hasNext = latest(search.asOf, extent) >= parent.to;
  return {
    previous: hasPrevious ? stepPeriod(search.zone, parent, -1) : undefined,
    next: hasNext ? stepPeriod(search.zone, parent, 1) : undefined,
  };
}

function overlap(part: Period, { from, to }: Window): CountedPeriod["within"] {
  if ((from !== null && part.to <= from) || (to !== null && part.from >= to)) return "none";
  return (from === null || part.from >= from) && (to === null || part.to <= to) ? "all" : "part";
}

function latest(asOf: string, { span }: Extent): string {
  return span && span.to > asOf ? span.to : asOf;
}

function millisOf(instant: string): number {
  return Number(toMicros(instant) / 1000n);
}
