import type { Filter } from "../fields/filter.ts";
import type { Kind } from "../records/define.ts";

export const pageSizes = [25, 50, 100] as const;
export type PageSize = (typeof pageSizes)[number];

/** `-time`: newest first. */
export type Sort = "-time" | "time";

/** Half-open, `from` ≤ recorded_at < `to`; `null` is no bound on that side. */
export interface Window {
  from: string | null;
  to: string | null;
  /** As the URL says it: relative, absolute or a drill level (`2026`, `2026-03`, `2026-03-14T09`). */
  given: { from: string; to: string } | { on: string };
}

/** A place between two rows: the page begins after or ends before the row at (`at`, `seq`). */
export interface Cursor {
  direction: "after" | "before";
  at: string;
  seq: string;
}

/** All that selects rows, read from a URL by `parseSearch` and written back by `formatSearch`. */
export interface Search {
  kind: Kind;
  /** Free text, all words must match; `''` for none. */
  q: string;
  /** By URL parameter. */
  filters: Readonly<Record<string, Filter>>;
  window: Window;
  /** IANA zone in which `on` and the date strip are meant. */
  zone: string;
  sort: Sort;
  size: PageSize;
  /** The instant that `now` stood for; the pages of one search share it. */
  asOf: string;
  /** Rows numbered above this one came later and are left out; without it, those of the head when asked. */
  bound?: string;
  cursor?: Cursor;
}

/** What holds where the URL is silent: the viewer's own settings, else UTC and 50 rows. */
export interface SearchDefaults {
  zone?: string;
  size?: PageSize;
}

/** A parameter that was not applied, to be shown: "Ignored: action=FOO is not a known value". */
export interface Problem {
  param: string;
  /** As given, cut to 80 characters, control characters escaped. */
  value: string;
  /** Completes "param=value …", for example "is not a known value". */
  reason: string;
}
