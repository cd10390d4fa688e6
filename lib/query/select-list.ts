import { type SQL, sql } from "drizzle-orm";
import type { PgColumn } from "drizzle-orm/pg-core";
import type { Definition, Kind } from "../records/define.ts";
import type { RecordRow } from "../records/kinds.ts";
import { fixed } from "./run.ts";
import { columnsOf, ofRow } from "./tables.ts";

// Beyond this many stored bytes a list row leaves `changes` out; a page of 100 stays small.
const inList = 2000;

/**
 * Every column as text that no driver can spoil: instants with microseconds, numbers beyond 2^53 and JSON as
 * they are. `list` leaves bulky fields NULL.
 */
export function selectList(definition: Definition, depth: "list" | "whole"): SQL {
  return fixed(`select list ${definition.kind} ${depth}`, () => itemsOf(definition, depth));
}

function itemsOf(definition: Definition, depth: "list" | "whole"): SQL {
  const bulky = Object.values(definition.fields).flatMap((field) => (field.bulky ? [field.column] : []));
  const items = Object.entries(columnsOf(definition.kind)).map(([name, column]) => {
    const value = depth === "list" && bulky.includes(name) ? sql`NULL::text` : asText(column, depth);
    return sql`${value} AS ${sql.identifier(name)}`;
  });
  return sql.join(items, sql`, `);
}

function asText(stored: PgColumn, depth: "list" | "whole"): SQL {
  const column = ofRow(stored);
  switch (stored.getSQLType()) {
    case "timestamp with time zone":
      return instantText(column);
    case "bigint":
    case "xid8":
    case "uuid":
      return sql`${column}::text`;
    case "inet":
      return sql`abbrev(${column})`;
    case "jsonb":
      return depth === "whole"
        ? sql`${column}::text`
        : sql`CASE WHEN pg_column_size(${column}) <= ${sql.raw(String(inList))} THEN ${column}::text END`;
    case "text[]":
      return sql`array_to_json(${column})::text`;
    default:
      return column;
  }
}

/** An instant as `YYYY-MM-DDTHH:MM:SS.ffffffZ`. */
export function instantText(value: SQL): SQL {
  return sql`to_char(${value} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
}

/** The rows of `selectList`, arrays read. */
export function readRows<K extends Kind>(kind: K, rows: Record<string, unknown>[]): RecordRow<K>[] {
  const arrays = Object.entries(columnsOf(kind)).filter(([, column]) => column.getSQLType() === "text[]");
  for (const row of rows) {
    for (const [name] of arrays) row[name] = row[name] === null ? null : JSON.parse(row[name] as string);
  }
  return rows as RecordRow<K>[];
}
