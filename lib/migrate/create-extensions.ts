import type { Executor } from "../executor.ts";
import { quoteName } from "./inspect-server.ts";
import { type Patience, runTransaction, sqlState } from "./run-transaction.ts";

/** What the read indexes are made of. Both are trusted: to make them takes CREATE on the database, no superuser. */
const names = ["btree_gin", "pg_trgm"];

// Not allowed, not on this server, no such schema, and the other one was first. Whether an extension is there
// after all, and what that means, is for the index that needs it to say.
const tolerated = ["42501", "0A000", "58P01", "3F000", "23505", "42710"];

/**
 * Makes the extensions that are missing, as the role that is connected, each in a transaction of its own, and
 * lets the owner of the records use them. Returns the statements run. What cannot be done is left: Annals works
 * without, only slower over long periods.
 */
export async function createExtensions(db: Executor, { until }: Patience, owner: string): Promise<string[]> {
  const done: string[] = [];
  // The schema of an extension is known once it is there, so usage comes after.
  for (const find of [missingExtensions, missingUsage]) {
    for (const statement of await find(db, owner)) {
      try {
        await runTransaction(db, { until }, () => db.query(statement));
        done.push(statement);
      } catch (error) {
        if (!tolerated.includes(sqlState(error))) throw error;
      }
    }
  }
  return done;
}

/**
 * One that is there already stays where it is. A new one goes to `public`, where a host that comes to need it
 * will look for it; in schema annals it would be taken from that host, and be dropped with Annals.
 */
export async function missingExtensions(db: Executor): Promise<string[]> {
  const rows = await db.query<{ name: string }>(
    `SELECT a.name FROM pg_catalog.pg_available_extensions a
     WHERE a.name IN (SELECT pg_catalog.json_array_elements_text($1::text::json)) AND a.installed_version IS NULL
     ORDER BY a.name`,
    [JSON.stringify(names)],
  );
  return rows.map(({ name }) => `CREATE EXTENSION IF NOT EXISTS ${name} SCHEMA public`);
}

async function missingUsage(db: Executor, owner: string): Promise<string[]> {
  const rows = await db.query<{ name: string }>(
    `SELECT n.nspname AS name FROM pg_catalog.pg_extension e
     JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
     WHERE e.extname = 'pg_trgm' AND NOT pg_catalog.has_schema_privilege($1::text::name, n.oid, 'USAGE')`,
    [owner],
  );
  return rows.map(({ name }) => `GRANT USAGE ON SCHEMA ${quoteName(name)} TO ${quoteName(owner)}`);
}
