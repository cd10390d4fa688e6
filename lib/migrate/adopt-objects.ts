import type { Executor } from "../executor.ts";
import { owningRoles, roleNames } from "./role-names.ts";

/**
 * Hands everything in schema annals to the role that owns it in an installation with roles, in the caller's
 * transaction and as the role that owned it so far. Locks each table for a moment.
 */
export async function adoptObjects(db: Executor): Promise<string[]> {
  const rows = await db.query<{ statement: string }>(
    `SELECT pg_catalog.format('ALTER %s OWNER TO ${roleNames.owner}', o.object) AS statement
     FROM (
       SELECT 1 AS step, 'SCHEMA annals' AS object, nspowner AS owner
       FROM pg_catalog.pg_namespace WHERE nspname = 'annals'
       UNION ALL
       SELECT 2, 'TABLE ' || c.oid::pg_catalog.regclass, c.relowner
       FROM pg_catalog.pg_class c
       WHERE c.relnamespace = 'annals'::pg_catalog.regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')
       UNION ALL
       SELECT 3, 'ROUTINE ' || p.oid::pg_catalog.regprocedure, p.proowner
       FROM pg_catalog.pg_proc p WHERE p.pronamespace = 'annals'::pg_catalog.regnamespace
     ) AS o
     JOIN pg_catalog.pg_roles r ON r.oid = o.owner
     WHERE r.rolname NOT IN (SELECT pg_catalog.json_array_elements_text($1::text::json))
     ORDER BY o.step, o.object`,
    [JSON.stringify(owningRoles)],
  );
  for (const { statement } of rows) await db.query(statement);
  return rows.map(({ statement }) => statement);
}
