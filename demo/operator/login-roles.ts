import type { Sql } from "postgres";
import { type LoginRole, newSecret, type State } from "./state.ts";

interface Server {
  version: number;
  database: string;
  canCreateRoles: boolean;
}

/**
 * Gives the shop and the console a login role each, with no more rights than they need, and notes them in
 * `state`. None where the role at hand may not make roles: then everybody connects as that one.
 */
export async function makeLoginRoles(sql: Sql, state: State): Promise<void> {
  const [server] = await sql<Server[]>`
    SELECT current_setting('server_version_num')::int AS version, current_database() AS database,
      rolsuper OR rolcreaterole AS "canCreateRoles"
    FROM pg_roles WHERE rolname = current_user`;
  if (!server?.canCreateRoles) {
    state.databaseRoles = {};
    return;
  }
  await renameOldConsole(sql, server);
  const { shop, console } = state.databaseRoles;
  state.databaseRoles = {
    shop: await makeRole(sql, server, "northgate_shop", shop),
    console: await makeRole(sql, server, "northgate_console", console),
  };
}

/**
 * Demos of old called the console's login role as Annals now calls a role of its own. Under its new name it is
 * found again as ours, and gets a new password.
 */
async function renameOldConsole(sql: Sql, server: Server): Promise<void> {
  const [old] = await sql<{ name: string }[]>`
    SELECT rolname AS name FROM pg_roles WHERE rolcanlogin AND rolname ~ '^annals_console(_[0-9]+)?$'
      AND shobj_description(oid, 'pg_authid') = ${commentOf(server)}`;
  if (!old) return;
  const taken = await sql<{ name: string }[]>`SELECT rolname AS name FROM pg_roles`;
  const name = freeName("northgate_console", taken);
  await sql.unsafe(`ALTER ROLE ${quoted(old.name)} RENAME TO ${quoted(name)}`);
}

/**
 * Roles belong to the server: where a demo in another database has one of that name, ours gets a number. The
 * comment tells whose it is, also when the state file, and with it the password, was lost.
 */
async function makeRole(
  sql: Sql,
  server: Server,
  wanted: string,
  known: LoginRole | undefined,
): Promise<LoginRole> {
  const comment = commentOf(server);
  const taken = await sql<{ name: string; ours: boolean }[]>`
    SELECT rolname AS name, shobj_description(oid, 'pg_authid') IS NOT DISTINCT FROM ${comment} AS ours
    FROM pg_roles WHERE starts_with(rolname, ${wanted})`;
  const ours = taken.find((role) => role.ours)?.name;
  if (ours && ours === known?.name) return known;

  // Of our own making: letters, digits, - and _ alone.
  const password = newSecret();
  if (ours) {
    await sql.unsafe(`ALTER ROLE ${quoted(ours)} LOGIN PASSWORD '${password}'`);
    return { name: ours, password };
  }
  const name = freeName(wanted, taken);
  // Needed to make a schema that belongs to it, by whoever is no superuser.
  const options = server.version >= 160_000 ? "WITH INHERIT TRUE, SET TRUE" : "";
  await sql.begin(async (transaction) => {
    await transaction.unsafe(`CREATE ROLE ${quoted(name)} LOGIN PASSWORD '${password}'`);
    await transaction.unsafe(`COMMENT ON ROLE ${quoted(name)} IS '${comment.replaceAll("'", "''")}'`);
    await transaction.unsafe(`GRANT ${quoted(name)} TO CURRENT_USER ${options}`);
  });
  return { name, password };
}

function commentOf({ database }: Server): string {
  return `Demo of Annals in database ${database}`;
}

function freeName(wanted: string, taken: readonly { name: string }[]): string {
  let name = wanted;
  for (let number = 2; taken.some((role) => role.name === name); number += 1) name = `${wanted}_${number}`;
  return name;
}

export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** The same database, as another role. */
export function urlAs(databaseUrl: string, role: LoginRole | undefined): string {
  if (!role) return databaseUrl;
  const url = new URL(databaseUrl);
  url.username = encodeURIComponent(role.name);
  url.password = encodeURIComponent(role.password);
  return url.href;
}
