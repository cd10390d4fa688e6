import type { Viewer } from "../access/viewer.ts";
import type { Executor } from "../executor.ts";
import type { Definition } from "../records/define.ts";
import type { Search } from "./search.ts";

export type Level = "year" | "month" | "day" | "hour";

/** A step of the date hierarchy. Its URL is the search with `{ window: { given: { on } } }`: see `drillTo`. */
export interface Period {
  /** `2026`, `2026-03`, `2026-03-14`, `2026-03-14T09`; with its offset where the hour is ambiguous. */
  on: string;
  level: Level;
  /** Half-open, as instants. */
  from: string;
  to: string;
}

export interface CountedPeriod extends Period {
  /** Exact: same filters as the list, without its window. */
  count: number;
  /** How much of it lies in the search's window. */
  within: "all" | "part" | "none";
  /** It has not begun yet. */
  future: boolean;
}

export interface DateStrip {
  /** Of the periods below. */
  level: Level;
  zone: string;
  /** From the year down to the period whose parts are shown; empty when years are. "All" goes before it. */
  crumbs: Period[];
  periods: CountedPeriod[];
  /** The sum of the periods. */
  total: number;
  /** The neighbours of the last crumb. */
  previous?: Period;
  next?: Period;
}

/**
 * The date hierarchy for a search: the parts of the drilled period, or, without a drill, of the smallest
 * period that shows the window; for all time, of what the record's own range calls for.
 */
export async function dateStrip(
  db: Executor,
  viewer: Viewer,
  definition: Definition,
  search: Search,
): Promise<DateStrip> {
  throw new Error(`not yet ${db} ${viewer.id} ${definition.kind} ${search.kind}`);
}
