import type { Executor } from "../executor.ts";

/** The tables in which `migrate` notes what it did. */
export const journalStatements = [
  `CREATE TABLE IF NOT EXISTS annals.migration (
  id integer PRIMARY KEY,
  name text NOT NULL,
  sha256 text NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT now(),
  applied_by text NOT NULL DEFAULT session_user,
  annals_version text NOT NULL
)`,
  `CREATE TABLE IF NOT EXISTS annals.routine (
  name text PRIMARY KEY,
  version integer NOT NULL,
  sha256 text NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT now()
)`,
];

/** Makes them, in the caller's transaction, as the owner. */
export async function openJournal(db: Executor): Promise<void> {
  for (const statement of journalStatements) await db.query(statement);
}

/** The statement that makes schema annals, by the role that is connected. */
export function createSchemaStatement({ singleRole, owner }: { singleRole: boolean; owner: string }): string {
  return `CREATE SCHEMA annals${singleRole ? "" : ` AUTHORIZATION ${owner}`}`;
}
