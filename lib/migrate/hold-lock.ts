import { setTimeout as sleep } from "node:timers/promises";
import { AnnalsError } from "../errors.ts";
import type { Executor } from "../executor.ts";
import { advisoryLockHolder, describeHolder } from "./lock-holders.ts";

// “anna”, and the first lock of ours.
const lock = "1634627169, 1";

/**
 * Runs `work` while no other `migrate` runs on this database.
 *
 * Asks again and again instead of waiting in the server: a statement that waits there holds a snapshot, which
 * would keep VACUUM and CREATE INDEX CONCURRENTLY waiting with it.
 *
 * @throws AnnalsError LOCK_TIMEOUT, naming the holder, when `until` (milliseconds since 1970) has passed
 */
export async function holdLock<T>(db: Executor, until: number, work: () => Promise<T>): Promise<T> {
  const [before] = await db.query<{ pid: number }>("SELECT pg_catalog.pg_backend_pid() AS pid");
  while (!(await tryLock(db))) {
    if (Date.now() > until) throw await lockTimeout(db);
    await sleep(100 + Math.random() * 100);
  }
  const [after] = await db.query<{ pid: number }>("SELECT pg_catalog.pg_backend_pid() AS pid");
  if (before?.pid !== after?.pid) {
    throw new AnnalsError(
      "CONFIG_INVALID",
      "The connection changes its server process between statements, so it cannot hold the lock of a migration.",
      "Migrate over a direct connection to PostgreSQL, not through a pooler in transaction mode.",
    );
  }
  let result: T;
  try {
    result = await work();
  } catch (error) {
    // The first error counts. Where the connection is gone, so is the lock.
    await unlock(db).catch(() => {});
    throw error;
  }
  await unlock(db);
  return result;
}

async function tryLock(db: Executor): Promise<boolean> {
  const [row] = await db.query<{ held: boolean }>(`SELECT pg_catalog.pg_try_advisory_lock(${lock}) AS held`);
  return row?.held === true;
}

async function unlock(db: Executor): Promise<void> {
  await db.query(`SELECT pg_catalog.pg_advisory_unlock(${lock})`);
}

async function lockTimeout(db: Executor): Promise<AnnalsError> {
  const holder = await advisoryLockHolder(db, lock);
  const name = holder ? describeHolder(holder) : "a session that has just ended";
  return new AnnalsError(
    "LOCK_TIMEOUT",
    `Another migration of this database is still at work: ${name}.`,
    holder ? `Wait for it and run this again. If it hangs, end it: ${holder.remedy}` : "Run this again.",
  );
}
