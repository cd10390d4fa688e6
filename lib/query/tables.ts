import { getTableColumns, type SQL, sql } from "drizzle-orm";
import type { PgColumn } from "drizzle-orm/pg-core";
import { auditLog } from "../records/audit/table.ts";
import type { Kind } from "../records/define.ts";
import { systemEvent } from "../records/events/table.ts";
import { dataExport } from "../records/exports/table.ts";
import { loginAttempt } from "../records/logins/table.ts";

export const tables = {
  audit: auditLog,
  logins: loginAttempt,
  exports: dataExport,
  events: systemEvent,
} as const satisfies Record<Kind, unknown>;

const columns: Record<Kind, Record<string, PgColumn>> = {
  audit: getTableColumns(auditLog),
  logins: getTableColumns(loginAttempt),
  exports: getTableColumns(dataExport),
  events: getTableColumns(systemEvent),
};

/** The columns of a kind by name. */
export function columnsOf(kind: Kind): Readonly<Record<string, PgColumn>> {
  return columns[kind];
}

/** The records of a kind, called `r`: every statement calls whatever it reads its rows from so. */
export function recordsOf(kind: Kind): SQL {
  return sql`${tables[kind]} AS r`;
}

/** One month of a record by the name of its own table, called `r`. */
export function monthOf(partition: string): SQL {
  return sql`${sql.identifier("annals")}.${sql.identifier(partition)} AS r`;
}

/** A column of `r`, be that the whole record, one month of it or a part that was read before. */
export function ofRow(column: PgColumn): SQL {
  return sql`r.${sql.identifier(column.name)}`;
}

/** A column that a definition names. The definitions are checked by type and by test, so it exists. */
export function columnOf(kind: Kind, name: string): PgColumn {
  const column = columns[kind][name];
  if (!column) throw new RangeError(`${kind} has no column ${name}`);
  return column;
}
