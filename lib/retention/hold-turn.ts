import { AnnalsError } from "../errors.ts";
import type { Executor } from "../executor.ts";
import { advisoryLockHolder, describeHolder } from "../migrate/lock-holders.ts";

// “anna”, and the second lock of ours; the first is that of a migration.
const lock = "1634627169, 2";

/**
 * Runs `work` while no other retention runs on this database. Nothing depends on it but time: two that archived the
 * same month would both be right, and only one could drop it.
 *
 * @throws AnnalsError LOCK_TIMEOUT when another one is at work
 */
export async function holdTurn<T>(db: Executor, work: () => Promise<T>): Promise<T> {
  const [row] = await db.query<{ held: boolean }>(`SELECT pg_catalog.pg_try_advisory_lock(${lock}) AS held`);
  if (!row?.held) {
    const holder = await advisoryLockHolder(db, lock);
    throw new AnnalsError(
      "LOCK_TIMEOUT",
      `Another \`annals retention\` is at work on this database: ${holder ? describeHolder(holder) : "a session that has just ended"}.`,
      `Let it end; what is due and not done then is done by the next run.${holder ? ` If it hangs, end it: ${holder.remedy}` : ""}`,
    );
  }
  try {
    return await work();
  } finally {
    // Where the connection is gone, so is the lock.
    await db.query(`SELECT pg_catalog.pg_advisory_unlock(${lock})`).catch(() => {});
  }
}
