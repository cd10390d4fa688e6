import { AnnalsError } from "../errors.ts";
import type { Executor } from "../executor.ts";
import { quoteName } from "./inspect-server.ts";
import { roleNames } from "./role-names.ts";
import { runRoleStatements } from "./run-role-statements.ts";
import { sqlState } from "./run-transaction.ts";

/**
 * Gives roles of the application the right to record events and to start the relay; returns the statements run.
 *
 * @throws AnnalsError RIGHT_MISSING, naming the statement that somebody else has to run
 */
export async function grantHostRoles(db: Executor, hostRoles: readonly string[]): Promise<string[]> {
  try {
    return await runRoleStatements(db, () => missingHostGrants(db, hostRoles));
  } catch (error) {
    if (sqlState(error) !== "42501") throw error;
    const [statement] = await missingHostGrants(db, hostRoles);
    throw new AnnalsError(
      "RIGHT_MISSING",
      "The role that migrates may not give the application the right to record events.",
      `As a superuser or the role that made ${roleNames.writer}, run: ${statement};`,
      { cause: error },
    );
  }
}

/** The grants that these roles still lack. */
export async function missingHostGrants(db: Executor, hostRoles: readonly string[]): Promise<string[]> {
  const rows = await db.query<{ role: string }>(
    `SELECT host.role FROM pg_catalog.json_array_elements_text($1::text::json) AS host(role)
     WHERE NOT EXISTS (
       SELECT FROM pg_catalog.pg_roles w
       WHERE w.rolname = $2::text AND pg_catalog.pg_has_role(host.role::name, w.oid, 'USAGE'))`,
    [JSON.stringify(hostRoles), roleNames.writer],
  );
  return rows.map(({ role }) => `GRANT ${roleNames.writer} TO ${quoteName(role)}`);
}

/** @throws AnnalsError CONFIG_INVALID */
export async function requireRole(db: Executor, role: string): Promise<void> {
  const found = await db.query("SELECT FROM pg_catalog.pg_roles WHERE rolname = $1::text", [role]);
  if (found.length > 0) return;
  throw new AnnalsError(
    "CONFIG_INVALID",
    `There is no role “${role}” on this server.`,
    `Name the role that your application connects as, or make it first: CREATE ROLE ${quoteName(role)} LOGIN;`,
  );
}
