import type { SQL } from "drizzle-orm";
import { PgDialect } from "drizzle-orm/pg-core";
import type { Executor } from "../executor.ts";

const dialect = new PgDialect();

/** Runs a statement of the `sql` tag: whatever was interpolated goes as a parameter, never as text. */
export function run<Row>(db: Executor, statement: SQL): Promise<Row[]> {
  const { text, values } = textOf(statement);
  return db.query<Row>(text, values);
}

/** A statement for whoever runs it in a way of their own. */
export function textOf(statement: SQL): { text: string; values: readonly unknown[] } {
  const { sql, params } = dialect.sqlToQuery(statement);
  return { text: sql, values: params };
}
