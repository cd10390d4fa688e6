import type { Executor } from "../executor.ts";
import { rights } from "./embedded.ts";
import { type Patience, runTransaction } from "./run-transaction.ts";

export interface MissingIndex {
  statement: string;
  /** Why it cannot be built as things are. */
  obstacle: string | null;
}

/** The read indexes that are not there, with the statements that build them, in order. Any role may ask. */
export async function missingReadIndexes(db: Executor): Promise<MissingIndex[]> {
  const query = rights.find(({ name }) => name === "read_indexes");
  if (!query) throw new Error("read_indexes.sql is not embedded: run `node scripts/embed-sql.mjs`.");
  return db.query<MissingIndex>(query.text);
}

/**
 * Builds them, one table at a time, each in a transaction of its own: while a month that holds rows gets its
 * index, nothing is filed into it, but it can be read, and the application writes on. Returns the statements run,
 * and what stands in the way of the others.
 */
export async function buildReadIndexes(
  db: Executor,
  patience: Patience,
): Promise<{ indexes: string[]; obstacle: string | null }> {
  const indexes: string[] = [];
  for (;;) {
    const [next] = await runTransaction(db, patience, () => missingReadIndexes(db));
    if (!next || next.obstacle) return { indexes, obstacle: next?.obstacle ?? null };
    await runTransaction(db, patience, () => db.query(next.statement));
    indexes.push(next.statement);
  }
}

/** What whoever migrates should know of it. */
export function obstacleNote(obstacle: string): string {
  return (
    `Lists look through the newest records only, as far as the time of a page goes: ${obstacle}. ` +
    "As a superuser, run: CREATE EXTENSION btree_gin SCHEMA public; CREATE EXTENSION pg_trgm SCHEMA public; " +
    "or, where they are, GRANT USAGE ON their SCHEMA to the owner of schema annals. Then migrate again."
  );
}
