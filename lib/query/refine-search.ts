import type { Search } from "./search.ts";

/** The search with something changed: it begins anew at its first page, over all that is filed by then. */
export function refineSearch(
  search: Search,
  change: Partial<Pick<Search, "q" | "filters" | "window" | "zone" | "sort" | "size">>,
): Search {
  return { ...search, ...change, cursor: undefined, bound: undefined };
}
