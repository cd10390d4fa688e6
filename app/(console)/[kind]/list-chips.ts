import type { Chip } from "@/components/records/chips.tsx";
import { describeFilter } from "@/components/records/describe-filter.ts";
import { describeWindow } from "@/components/records/describe-window.ts";
import { refineSearch } from "@/lib/query/refine-search.ts";
import type { Search } from "@/lib/query/search.ts";
import { filterFields, parseSearch } from "@/lib/query/search-params.ts";
import type { Definition } from "@/lib/records/define.ts";
import { filterHref, listHref } from "./hrefs.ts";
import type { OpenedList } from "./open-list.ts";

/** Names of actors by id, as far as the facets know them. */
export type Labels = ReadonlyMap<string, string>;

/** What selects rows, in words: the window, the words, each filter; then what was asked for and ignored. */
export function listChips({ definition, search, problems }: OpenedList, labels: Labels = new Map()): Chip[] {
  const fields = filterFields(definition);
  const chips: Chip[] = [];
  const time = describeWindow(search.window, search.zone);
  if (time)
    chips.push({ label: "Time", operator: "", value: time, removeHref: allTimeHref(definition, search) });
  if (search.q) {
    const removeHref = listHref(definition, refineSearch(search, { q: "" }));
    chips.push({ label: "Words", operator: "", value: search.q, removeHref });
  }
  for (const [param, filter] of Object.entries(search.filters)) {
    const field = fields.get(param);
    if (!field) continue;
    const words = describeFilter(field, filter, param === "actor" ? labels : undefined);
    chips.push({ ...words, negated: filter.negated, removeHref: filterHref(definition, search, param) });
  }
  for (const { param, value } of problems) {
    const label = fields.get(param)?.label ?? param;
    chips.push({ label, operator: "", value, ignored: true, removeHref: listHref(definition, search) });
  }
  return chips;
}

/** The filters and the window, which together are what "clear" clears. */
export function filterCount(search: Search): number {
  return Object.keys(search.filters).length + (search.q ? 1 : 0);
}

export function allTimeHref(definition: Definition, search: Search): string {
  const window = { from: null, to: null, given: { from: "all", to: "now" } };
  return listHref(definition, refineSearch(search, { window }));
}

/** Nothing filtered, in the usual window; zone, order and page size stay. */
export function clearHref(definition: Definition, search: Search): string {
  const { window } = parseSearch(definition, {}, new Date(search.asOf)).search;
  return listHref(definition, refineSearch(search, { filters: {}, q: "", window }));
}
