import type { Executor } from "../executor.ts";
import { rights } from "./embedded.ts";
import { roleNames } from "./role-names.ts";

/** Which roles play each part of the matrix in sql/rights.sql. */
export type Cast = Record<keyof typeof roleNames, string[]>;

/** The cast of an installation with roles of its own, or of one in which `role` plays all parts. */
export function castOf(installation: { singleRole: boolean; role: string; hostRoles: string[] }): Cast {
  const { singleRole, role, hostRoles } = installation;
  if (singleRole) {
    const own = { owner: [role], capture: [role], relay: [role] };
    return { ...own, reader: [], writer: hostRoles, console: [], eraser: [] };
  }
  const parts = Object.entries(roleNames).map(([part, name]) => [part, [name]]);
  return Object.fromEntries(parts) as Cast;
}

/** The statements that make ownership and grants as sql/rights.sql has them; none where they are. */
export async function missingRights(db: Executor, cast: Cast): Promise<string[]> {
  const query = rights.find(({ name }) => name === "rights");
  if (!query) throw new Error("rights.sql is not embedded: run `node scripts/embed-sql.mjs`.");
  const rows = await db.query<{ statement: string }>(query.text, [JSON.stringify(cast)]);
  return rows.map(({ statement }) => statement);
}

/** Runs what is missing, in the caller's transaction, as the owner. Returns the statements. */
export async function applyRights(db: Executor, cast: Cast): Promise<string[]> {
  const statements = await missingRights(db, cast);
  for (const statement of statements) await db.query(statement);
  return statements;
}
