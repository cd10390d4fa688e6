import type { SQL } from "drizzle-orm";
import { PgDialect } from "drizzle-orm/pg-core";
import type { Executor } from "../executor.ts";

const dialect = new PgDialect();

/** Runs a statement of the `sql` tag: whatever was interpolated goes as a parameter, never as text. */
export function run<Row>(db: Executor, statement: SQL): Promise<Row[]> {
  const { sql, params } = dialect.sqlToQuery(statement);
  return db.query<Row>(sql, params);
}
