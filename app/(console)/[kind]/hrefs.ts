import { refineSearch } from "@/lib/query/refine-search.ts";
import type { Search } from "@/lib/query/search.ts";
import { formatSearch } from "@/lib/query/search-params.ts";
import type { Definition } from "@/lib/records/define.ts";

export type Filter = Search["filters"][string];

export function listHref(definition: Definition, search: Search): string {
  return withQuery(`/${definition.kind}`, formatSearch(definition, search));
}

/** A record carries the search that it was found by, so that it knows its neighbours and the way back. */
export function recordHref(definition: Definition, search: Search, seq: string): string {
  return withQuery(`/${definition.kind}/${seq}`, formatSearch(definition, search));
}

/** The list with another filter in force for one parameter, or with none. */
export function filterHref(definition: Definition, search: Search, param: string, filter?: Filter): string {
  const { [param]: _, ...others } = search.filters;
  return listHref(
    definition,
    refineSearch(search, { filters: filter ? { ...others, [param]: filter } : others }),
  );
}

/** The parameters of a search by name, for the hidden fields of a form that sets those of `without` itself. */
export function paramsOf(
  definition: Definition,
  search: Search,
  without: readonly string[],
): [string, string][] {
  const all = new URLSearchParams(formatSearch(definition, refineSearch(search, {})));
  return [...all].filter(([name]) => !without.includes(name));
}

function withQuery(path: string, query: string): string {
  return query ? `${path}?${query}` : path;
}
