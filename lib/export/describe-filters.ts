import type { Viewer } from "../access/viewer.ts";
import type { Search } from "../query/search.ts";
import { fixSearch, formatSearch } from "../query/search-params.ts";
import type { Definition } from "../records/define.ts";

/**
 * What was exported, for the record: the parameters of a link that finds the same rows whenever it is opened, the
 * tenants that its viewer is confined to, and the number above which nothing was there.
 */
export function describeFilters(
  definition: Definition,
  viewer: Viewer,
  search: Search,
  bound: string,
): Record<string, unknown> {
  const { cursor: _, bound: __, ...whole } = search;
  const link = formatSearch(definition, { ...fixSearch(whole), size: 50 }, { zone: "" });
  return {
    ...Object.fromEntries(new URLSearchParams(link)),
    ...(viewer.tenants !== null && { tenants: viewer.tenants }),
    upTo: bound,
  };
}
