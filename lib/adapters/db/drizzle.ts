import type { DrizzleConfig } from "drizzle-orm";
import { drizzle, type PostgresJsDatabase } from "drizzle-orm/postgres-js";
import type { ContextReader } from "./context-statement.ts";
import { type AnySql, withAnnals } from "./postgres-js.ts";

/**
 * A drizzle database whose writes carry the context they are made in. It is no more than
 * `drizzle(withAnnals(sql, annals), config)`, and a host that has its own `drizzle` can write just that.
 *
 * @example
 * const db = drizzleWithAnnals(postgres(process.env.DATABASE_URL), annals, { schema });
 * await db.transaction(async (tx) => { await tx.insert(orders).values(order); });
 */
export function drizzleWithAnnals<
  Schema extends Record<string, unknown> = Record<string, never>,
  Sql extends AnySql = AnySql,
>(
  sql: Sql,
  annals: ContextReader,
  config: DrizzleConfig<Schema> = {},
): PostgresJsDatabase<Schema> & { $client: Sql } {
  return drizzle(withAnnals(sql, annals), config);
}
