import { type SQL, sql } from "drizzle-orm";
import type { Kind } from "../records/define.ts";
import { columnOf, ofRow } from "./tables.ts";

/** A column as facets and rollups have it: text, `''` where there is none, never NULL. */
export function facetText(kind: Kind, name: string): SQL {
  const stored = columnOf(kind, name);
  const column = ofRow(stored);
  switch (stored.getSQLType()) {
    case "inet":
      return sql`coalesce(abbrev(${column}), '')`;
    case "boolean":
      return sql`CASE WHEN ${column} THEN '1' ELSE '0' END`;
    default:
      return stored.notNull ? column : sql`coalesce(${column}, '')`;
  }
}
