import type { Definition } from "../records/define.ts";
import type { PageSize, Problem, Search } from "./search.ts";

/** Next's `searchParams`, or the standard class. A repeated parameter is a list, as a form sends it. */
export type SearchParams = URLSearchParams | Readonly<Record<string, string | readonly string[] | undefined>>;

/** What holds where the URL is silent: the viewer's own settings, else UTC and 50 rows. */
export interface SearchDefaults {
  zone?: string;
  size?: PageSize;
}

/** Parameters of the screen that select no rows; left alone here. */
export const screenParams = ["peek", "cols", "view", "live"] as const;

/**
 * Reads a search. What is invalid is not applied and is named in `problems`; an endpoint that exports or
 * deletes must refuse when there is any, since a dropped filter widens the scope.
 *
 * @param now the instant that `now` in a relative window means
 */
export function parseSearch(
  definition: Definition,
  params: SearchParams,
  now: Date,
  defaults: SearchDefaults = {},
): { search: Search; problems: Problem[] } {
  throw new Error(`not yet: ${definition.kind} ${String(params)} ${now.toISOString()} ${defaults.zone}`);
}

/**
 * The canonical query string, without `?`: parameters sorted, defaults omitted, so that equal searches have
 * equal URLs.
 */
export function formatSearch(definition: Definition, search: Search, defaults: SearchDefaults = {}): string {
  throw new Error(`not yet: ${definition.kind} ${search.kind} ${defaults.zone}`);
}

/**
 * The same rows for whoever opens the link, whenever and in whichever zone: the window as two instants.
 * Write it with `formatSearch(definition, fixSearch(search), { zone: "" })`, so that `tz` is always there.
 */
export function fixSearch(search: Search): Search {
  throw new Error(`not yet: ${search.kind}`);
}
