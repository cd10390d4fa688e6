import type { Executor } from "../executor.ts";

/** The bodies of the capture functions in the database, by name. */
export async function installedFunctions(db: Executor): Promise<Map<string, string>> {
  const rows = await db.query<{ name: string; body: string }>(
    `SELECT p.proname::text AS name, p.prosrc AS body FROM pg_catalog.pg_proc p
     WHERE p.pronamespace = 'annals'::pg_catalog.regnamespace AND p.proname LIKE 'capture\\_%'`,
  );
  return new Map(rows.map(({ name, body }) => [name, body]));
}

/** What PostgreSQL keeps of a CREATE FUNCTION: the text between its dollar quotes. */
export function functionBody(sql: string): string {
  return sql.split("$capture$")[1] ?? "";
}

export interface InstalledTrigger {
  table: string;
  functionName: string;
  triggerName: string;
  /** O enabled, A always, D disabled, R replica only. */
  state: string;
}

/** Every trigger that calls one of our capture functions. */
export async function installedTriggers(db: Executor): Promise<InstalledTrigger[]> {
  return db.query<InstalledTrigger>(
    `SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) AS table, p.proname::text AS "functionName",
      t.tgname::text AS "triggerName", t.tgenabled::text AS state
     FROM pg_catalog.pg_trigger t
     JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid
     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     JOIN pg_catalog.pg_proc p ON p.oid = t.tgfoid
     WHERE p.pronamespace = 'annals'::pg_catalog.regnamespace AND p.proname LIKE 'capture\\_%' AND NOT t.tgisinternal`,
  );
}
