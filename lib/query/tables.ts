import { getTableColumns } from "drizzle-orm";
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

/** A column that a definition names. The definitions are checked by type and by test, so it exists. */
export function columnOf(kind: Kind, name: string): PgColumn {
  const column = columns[kind][name];
  if (!column) throw new RangeError(`${kind} has no column ${name}`);
  return column;
}
