import postgres from "postgres";
import type { Executor } from "../lib/executor.ts";

/** One connection, as `migrate` wants it. */
export interface Session {
  db: Executor;
  sql: postgres.Sql;
  close(): Promise<void>;
}

/** A single connection to that database, as its own role or as another one without a password. */
export function openSession(url: string, role?: string): Session {
  const target = new URL(url);
  if (role !== undefined) {
    target.username = role;
    target.password = "";
  }
  const sql = postgres(target.href, { max: 1, onnotice: () => {} });
  const db: Executor = {
    query: async <Row>(text: string, values: readonly unknown[] = []) =>
      (await sql.unsafe(text, values as never[])) as unknown as Row[],
  };
  return { db, sql, close: () => sql.end({ timeout: 5 }) };
}
