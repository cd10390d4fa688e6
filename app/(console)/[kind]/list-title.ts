import { describeFilter } from "@/components/records/describe-filter.ts";
import { describeWindow } from "@/components/records/describe-window.ts";
import { revealInLine } from "@/components/ui/reveal.ts";
import { filterFields, parseSearch } from "@/lib/query/search-params.ts";
import type { Kind } from "@/lib/records/define.ts";
import { definitions } from "@/lib/records/kinds.ts";
import type { GivenParams } from "../given-params.ts";

/** "Action is not View, last 7 days · Audit log": what the window of the browser, and a bookmark, is called. */
export function listTitle(kind: Kind, given: GivenParams): string {
  const definition = definitions[kind];
  const { search } = parseSearch(definition, given, new Date());
  const fields = filterFields(definition);
  const filters = Object.entries(search.filters).flatMap(([param, filter]) => {
    const field = fields.get(param);
    if (!field) return [];
    const { label, operator, value } = describeFilter(field, filter);
    return [[label, operator, value].filter(Boolean).join(" ")];
  });
  const words = search.q ? [`“${search.q}”`] : [];
  const scope = [...filters, ...words, describeWindow(search.window, search.zone) ?? "all time"].join(", ");
  return `${revealInLine(scope)} · ${definition.title}`;
}
