import { AnnalsError, standbyServer } from "../errors.ts";
import type { Executor } from "../executor.ts";
import { lateRoles, owningRoles, roleNames } from "./role-names.ts";

/** What a migration has to know before it begins. */
export interface Server {
  /** As `server_version_num`: 150018 is 15.18. */
  version: number;
  database: string;
  /** The role that is connected, and what it may do. */
  role: string;
  isSuperuser: boolean;
  canCreateRoles: boolean;
  canCreateSchemas: boolean;
  /** Whether a table that it makes without naming a schema would land in schema annals. */
  landsInSchema: boolean;
  /** Whether some role that may sign in, and is no console, has the rights of an application already. */
  hasHostRole: boolean;
  /** Owner of schema annals, null where there is none. */
  schemaOwner: string | null;
  /** Whether our journal is there, and how many tables and functions are. */
  hasJournal: boolean;
  objects: number;
}

const oldest = 14;

/**
 * Reads version, rights and what is installed. Works as any role, on any version.
 *
 * @throws AnnalsError DATABASE_TOO_OLD; DATABASE_ENCODING; DATABASE_UNREACHABLE on a server that takes no writes
 */
export async function inspectServer(db: Executor): Promise<Server> {
  const [row] = await db.query<Server & { versionText: string; isStandby: boolean; encoding: string }>(`
    SELECT pg_catalog.current_setting('server_version_num')::int AS version,
      pg_catalog.current_setting('server_version') AS "versionText",
      pg_catalog.pg_is_in_recovery() AS "isStandby",
      pg_catalog.current_setting('server_encoding') AS encoding,
      pg_catalog.current_database() AS database,
      r.rolname AS role, r.rolsuper AS "isSuperuser", r.rolcreaterole OR r.rolsuper AS "canCreateRoles",
      pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CREATE') AS "canCreateSchemas",
      r.rolname = 'annals' AND pg_catalog.current_setting('search_path') LIKE '%$user%' AS "landsInSchema",
      EXISTS (SELECT FROM pg_catalog.pg_roles w, pg_catalog.pg_roles h
        WHERE w.rolname = '${roleNames.writer}' AND h.rolcanlogin AND NOT h.rolsuper
          AND pg_catalog.pg_has_role(h.oid, w.oid, 'MEMBER')
          AND NOT EXISTS (SELECT FROM pg_catalog.pg_roles c
            WHERE c.rolname = '${roleNames.console}' AND pg_catalog.pg_has_role(h.oid, c.oid, 'MEMBER'))) AS "hasHostRole",
      pg_catalog.pg_get_userbyid(n.nspowner) AS "schemaOwner",
      EXISTS (SELECT FROM pg_catalog.pg_class c
        JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attname = 'annals_version'
        WHERE c.relnamespace = n.oid AND c.relname = 'migration') AS "hasJournal",
      ((SELECT pg_catalog.count(*) FROM pg_catalog.pg_class c WHERE c.relnamespace = n.oid AND c.relkind <> 'i')
        + (SELECT pg_catalog.count(*) FROM pg_catalog.pg_proc p WHERE p.pronamespace = n.oid))::int AS objects
    FROM pg_catalog.pg_roles r
    LEFT JOIN pg_catalog.pg_namespace n ON n.nspname = 'annals'
    WHERE r.rolname = current_user`);
  if (!row) throw new Error("PostgreSQL does not know the role that is connected.");
  const { versionText, isStandby, encoding, ...server } = row;
  if (server.version < oldest * 10_000) {
    throw new AnnalsError(
      "DATABASE_TOO_OLD",
      `This is PostgreSQL ${versionText}; Annals needs ${oldest} or newer.`,
      "Upgrade the server. Annals works with PostgreSQL 14 to 18.",
    );
  }
  if (isStandby) {
    throw standbyServer();
  }
  requireUtf8(server.database, encoding);
  return server;
}

/**
 * Events hold text from anywhere, and jsonb takes an escaped character only where the encoding has it. SQL_ASCII
 * would take every byte, and fail at the first that is no UTF-8.
 *
 * @throws AnnalsError DATABASE_ENCODING
 */
function requireUtf8(database: string, encoding: string): void {
  if (encoding === "UTF8") return;
  throw new AnnalsError(
    "DATABASE_ENCODING",
    `Database “${database}” has the encoding ${encoding}; Annals needs UTF8.`,
    `Make a database with it, and move the data: createdb -T template0 -E UTF8 new_name; ` +
      `pg_dump ${database} | psql new_name. Nothing was changed in this one.`,
  );
}

/**
 * A schema of that name that we did not make is left alone.
 *
 * @throws AnnalsError CONFIG_INVALID
 */
export function requireOwnSchema(server: Server): void {
  if (server.schemaOwner === null || server.hasJournal || server.objects === 0) return;
  throw new AnnalsError(
    "CONFIG_INVALID",
    `Database “${server.database}” has a schema “annals” with ${server.objects} tables and functions, and Annals did not make it.`,
    "Rename that schema (ALTER SCHEMA annals RENAME TO …), or use another database.",
  );
}

/** @throws AnnalsError RIGHT_MISSING when the role may not make the schema that is not there yet */
export function requireSchemaRight(server: Server): void {
  if (server.schemaOwner !== null || server.canCreateSchemas) return;
  throw new AnnalsError(
    "RIGHT_MISSING",
    `Role “${server.role}” may not create a schema in database “${server.database}”.`,
    `As the owner of the database or a superuser, run: GRANT CREATE ON DATABASE ${quoteName(server.database)} TO ${quoteName(server.role)};`,
  );
}

/** A name as SQL writes it, for messages that hold a statement to run. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/**
 * A role that owns the functions of Annals and could sign in, or is a superuser, would defeat the purpose. One that
 * has the name of our later roles and can sign in was somebody's before, who would get rights unasked.
 *
 * @throws AnnalsError CONFIG_INVALID
 */
export async function requireHarmlessRoles(db: Executor): Promise<void> {
  const [row] = await db.query<{ name: string }>(
    `SELECT rolname AS name FROM pg_catalog.pg_roles
     WHERE rolname IN (SELECT pg_catalog.json_array_elements_text($1::text::json))
       AND (rolsuper OR rolcanlogin OR rolbypassrls OR rolcreaterole OR rolreplication)`,
    [JSON.stringify(owningRoles)],
  );
  if (!row) return requireNoNamesake(db);
  throw new AnnalsError(
    "CONFIG_INVALID",
    `Role “${row.name}” may sign in or has rights over the server, which a role that owns Annals must not have.`,
    `As a superuser, run: ALTER ROLE ${row.name} NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOREPLICATION;`,
  );
}

async function requireNoNamesake(db: Executor): Promise<void> {
  const [row] = await db.query<{ name: string }>(
    `SELECT rolname AS name FROM pg_catalog.pg_roles
     WHERE rolcanlogin AND rolname IN (SELECT pg_catalog.json_array_elements_text($1::text::json))`,
    [JSON.stringify(lateRoles)],
  );
  if (!row) return;
  throw new AnnalsError(
    "CONFIG_INVALID",
    `Role “${row.name}” may sign in, and Annals needs that name for a role that others are given.`,
    `As a superuser, run: ALTER ROLE ${row.name} RENAME TO ${row.name}_login; It keeps its rights, and whoever ` +
      `signs in as it takes the new name. If nobody does: ALTER ROLE ${row.name} NOLOGIN.`,
  );
}
