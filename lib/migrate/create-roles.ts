import { AnnalsError } from "../errors.ts";
import type { Executor } from "../executor.ts";
import { quoteName, type Server } from "./inspect-server.ts";
import { allRoles, memberships, roleNames } from "./role-names.ts";
import { runRoleStatements } from "./run-role-statements.ts";
import { sqlState } from "./run-transaction.ts";

/**
 * Makes our roles and their memberships, as far as they are missing; returns the statements that it ran.
 *
 * @throws AnnalsError RIGHT_MISSING, naming the statement that a superuser has to run
 */
export async function createRoles(db: Executor, server: Server): Promise<string[]> {
  try {
    return await runRoleStatements(db, async () => {
      const statements = await missingRoles(db, server);
      if (statements.some((text) => text.startsWith("CREATE")) && !server.canCreateRoles) {
        throw creationRefused(server);
      }
      return statements;
    });
  } catch (error) {
    throw sqlState(error) === "42501" ? membershipRefused(server, error) : error;
  }
}

/**
 * The statements that are still to run so that our roles are there, the owner may act as the other two that own
 * something, the console may what a reader and a writer may, an eraser may what a reader may, and the role that
 * migrates may act as the owner.
 */
export async function missingRoles(db: Executor, server: Server): Promise<string[]> {
  const found = await db.query<{ name: string }>(
    `SELECT rolname AS name FROM pg_catalog.pg_roles
     WHERE rolname IN (SELECT pg_catalog.json_array_elements_text($1::text::json))`,
    [JSON.stringify(allRoles)],
  );
  const missing = allRoles.filter((role) => !found.some(({ name }) => name === role));
  const wanted = [
    ...memberships,
    // A superuser may act as anybody.
    ...(server.isSuperuser ? [] : [{ member: server.role, of: roleNames.owner }]),
  ];
  const statements = missing.map((role) => `CREATE ROLE ${role} NOLOGIN`);
  for (const { member, of } of wanted) {
    const isNew = missing.includes(member) || missing.includes(of);
    if (isNew || !(await mayActAs(db, server, member, of))) {
      // Since PostgreSQL 16 the maker of a role has to give itself the use of it, option by option.
      const options = server.version >= 160_000 ? " WITH INHERIT TRUE, SET TRUE" : "";
      statements.push(`GRANT ${of} TO ${quoteName(member)}${options}`);
    }
  }
  return statements;
}

/** Whether `role` has the rights of `other`, and may SET ROLE to it. */
async function mayActAs(db: Executor, server: Server, role: string, other: string): Promise<boolean> {
  const kinds = server.version >= 160_000 ? ["USAGE", "SET"] : ["MEMBER"];
  const [row] = await db.query<{ may: boolean }>(
    `SELECT pg_catalog.bool_and(pg_catalog.pg_has_role($1::text::name, $2::text::name, kind)) AS may
     FROM pg_catalog.json_array_elements_text($3::text::json) AS kind`,
    [role, other, JSON.stringify(kinds)],
  );
  return row?.may === true;
}

function creationRefused(server: Server): AnnalsError {
  return new AnnalsError(
    "RIGHT_MISSING",
    `Role “${server.role}” may not create the roles that keep the records append-only.`,
    `As a superuser, run: ALTER ROLE ${quoteName(server.role)} CREATEROLE; ` +
      "Where that is not possible, `annals migrate --single-role` does without, and protects less.",
  );
}

function membershipRefused(server: Server, cause: unknown): AnnalsError {
  return new AnnalsError(
    "RIGHT_MISSING",
    `The roles of Annals are on this server already, and role “${server.role}” may not act as their owner.`,
    "As a superuser or the role that made them, run: " +
      `GRANT ${allRoles.join(", ")} TO ${quoteName(server.role)} WITH ADMIN OPTION;`,
    { cause },
  );
}
