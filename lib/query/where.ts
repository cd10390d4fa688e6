import { type SQL, sql } from "drizzle-orm";
import type { Definition } from "../records/define.ts";
import { conditionOf, contains } from "./conditions.ts";
import type { Search } from "./search.ts";
import { filterFields } from "./search-params.ts";
import { columnOf } from "./tables.ts";

/** The filters and the free text of a search, one condition each; `except` leaves out one URL parameter. */
export function filtersOf(definition: Definition, search: Search, except?: string): SQL[] {
  const fields = filterFields(definition);
  const filters = Object.entries(search.filters).map(([param, filter]) => {
    const field = fields.get(param);
    if (!field) throw new RangeError(`${definition.kind} has no filter ${param}`);
    return param === except ? undefined : conditionOf(definition.kind, field, filter);
  });
  return [...filters.filter((filter) => filter !== undefined), ...wordsOf(definition, search.q)];
}

/** `a "b c"`: both the word and the phrase must occur, in whichever of the searched columns. */
function wordsOf(definition: Definition, q: string): SQL[] {
  const words = [...q.matchAll(/"([^"]+)"|(\S+)/g)].map(([, phrase, word]) => phrase ?? word ?? "");
  return words.map((word) => contains(searchText(definition), word));
}

/** One text of all searched columns. An index on this very expression serves it. */
function searchText(definition: Definition): SQL {
  const columns = definition.search.map((name) => sql`coalesce(${columnOf(definition.kind, name)}, '')`);
  return sql.join(columns, sql` || ' ' || `);
}

export function allOf(conditions: readonly SQL[]): SQL {
  return conditions.length === 0 ? sql`true` : sql.join([...conditions], sql` AND `);
}
