import type { Executor } from "../executor.ts";

/** The roles that may sign in and record events, without superusers, who may anything. */
export async function readHosts(db: Executor): Promise<string[]> {
  const rows = await db.query<{ name: string }>(
    `SELECT r.rolname AS name
     FROM pg_catalog.pg_roles r, pg_catalog.pg_proc p, pg_catalog.pg_namespace n
     WHERE r.rolcanlogin AND NOT r.rolsuper AND n.nspname = 'annals' AND p.pronamespace = n.oid AND p.proname = 'record'
       AND pg_catalog.has_schema_privilege(r.oid, n.oid, 'USAGE')
       AND pg_catalog.has_function_privilege(r.oid, p.oid, 'EXECUTE')
     ORDER BY 1`,
  );
  return rows.map(({ name }) => name);
}
