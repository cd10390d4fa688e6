import type { Problem, Search } from "@/lib/query/search.ts";
import { formatSearch, parseSearch } from "@/lib/query/search-params.ts";
import type { Definition } from "@/lib/records/define.ts";
import { definitions } from "@/lib/records/kinds.ts";
import type { GivenParams } from "../given-params.ts";

/** Of an object one can ask for the changes of one field; of an actor there are no newer pages to go back to. */
export type HistoryOf = "object" | "actor";

const { changes } = definitions.audit.fields;

/** What a history can be asked, in the terms of a list: its zone, size and place, and one field. */
const asked: Record<HistoryOf, Definition<"audit">> = {
  object: { ...definitions.audit, title: "a history", fields: changes ? { changes } : {} },
  actor: { ...definitions.audit, title: "a history", fields: {} },
};

// Parameters of lists that a history has not: it is of all time, in one order.
const foreign: Record<HistoryOf, readonly string[]> = {
  object: ["q", "from", "to", "on", "sort"],
  actor: ["q", "from", "to", "on", "sort", "before"],
};

/** Reads what an address asks of a history; what it cannot be asked is not applied, and named. */
export function readHistoryParams(
  of: HistoryOf,
  given: GivenParams,
  now: Date,
): { search: Search; problems: Problem[] } {
  const entries = Object.entries(given);
  const own = entries.filter(([name]) => !foreign[of].includes(name));
  const { search, problems } = parseSearch(asked[of], { ...Object.fromEntries(own), from: "all" }, now);
  for (const [param, value] of entries)
    if (foreign[of].includes(param))
      problems.push({ param, value: cut(value), reason: "is not a filter of a history" });
  const { field, ...filters } = search.filters;
  if (!field) return { search, problems };
  if (!field.negated && field.values.length === 1 && field.words.length === 0) return { search, problems };
  problems.push({ param: "field", value: cut(given.field), reason: "is not the name of one field" });
  return { search: { ...search, filters }, problems };
}

/** The field whose changes alone are asked for. */
export function fieldOf({ filters }: Search): string | undefined {
  return filters.field?.values[0];
}

/** The address of a history as `search` has it. `path` may have a query of its own. */
export function historyHref(of: HistoryOf, path: string, search: Search): string {
  const query = formatSearch(asked[of], search)
    .split("&")
    .filter((part) => part !== "" && part !== "from=all")
    .join("&");
  if (!query) return path;
  return `${path}${path.includes("?") ? "&" : "?"}${query}`;
}

function cut(value: string | string[] | undefined): string {
  const text = [value ?? ""].flat().join();
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
