import { type SQL, sql } from "drizzle-orm";
import type { Definition } from "../records/define.ts";
import { conditionOf } from "./conditions.ts";
import { type Confined, ofTenants } from "./confine.ts";
import { filterFields } from "./search-params.ts";
import { wordCondition, wordsOf } from "./search-text.ts";

/**
 * The filters and the free text of a search, and the tenants of its viewer, one condition each; `except` leaves out
 * one URL parameter.
 */
export function filtersOf(definition: Definition, search: Confined, except?: string): SQL[] {
  const fields = filterFields(definition);
  const filters = Object.entries(search.filters).map(([param, filter]) => {
    const field = fields.get(param);
    if (!field) throw new RangeError(`${definition.kind} has no filter ${param}`);
    return param === except ? undefined : conditionOf(definition.kind, field, filter);
  });
  const words = wordsOf(search.q).map((word) => wordCondition(definition, word));
  const own = ofTenants(definition.kind, search.tenants);
  return [...own, ...filters.filter((filter) => filter !== undefined), ...words];
}

export function allOf(conditions: readonly SQL[]): SQL {
  return conditions.length === 0 ? sql`true` : sql.join([...conditions], sql` AND `);
}
