import type { FactLinks } from "@/components/records/facts.tsx";
import { refineSearch } from "@/lib/query/refine-search.ts";
import type { Search } from "@/lib/query/search.ts";
import type { Definition } from "@/lib/records/define.ts";
import { fieldHref } from "../../page-hrefs.ts";
import { type Filter, filterHref, listHref } from "../hrefs.ts";

/**
 * From a value to the records that share it: in all time and without the other filters, since the value may be
 * looked for outside of what is being read; to leave it out, within the search that is being read.
 */
export function factLinks(definition: Definition, search: Search): FactLinks {
  const filter = (negated: boolean, value: string): Filter => ({ negated, values: [value], words: [] });
  const allTime = { from: null, to: null, given: { from: "all", to: "now" } };
  return {
    page: (field, row) => fieldHref(field, row, search.zone),
    only: (param, value) =>
      listHref(
        definition,
        refineSearch(search, { filters: { [param]: filter(false, value) }, q: "", window: allTime }),
      ),
    without: (param, value) => {
      const present = search.filters[param];
      const values = present?.negated ? [...new Set([...present.values, value])].sort() : [value];
      return filterHref(definition, search, param, {
        negated: true,
        values,
        words: present?.negated ? present.words : [],
      });
    },
  };
}
