import { setTimeout as sleep } from "node:timers/promises";
import { AnnalsError } from "../errors.ts";
import type { Executor } from "../executor.ts";
import { describeHolder, lockHolders } from "./lock-holders.ts";

/** How a transaction of `migrate` waits for what others hold. */
export interface Patience {
  /** When to give up, in milliseconds since 1970. */
  until: number;
  /** As which role to run; by default the one that is connected. */
  role?: string;
  /** Changes nothing, so it may run on a standby. */
  readOnly?: boolean;
}

// A statement that waits for a lock makes everybody wait who comes after it. So wait in short turns and let
// the host's writers pass in between.
const turnMs = 300;

/** Another session was in the way for a moment: a lock, a deadlock, or one catalogue entry changed by both. */
export function isPassing(error: unknown): boolean {
  if (["55P03", "40P01"].includes(sqlState(error))) return true;
  return sqlState(error) === "XX000" && /tuple concurrently/.test(String(error));
}

/**
 * Runs `work` in one transaction of `db`, which must be bound to one connection. Gives way to whoever holds a
 * lock that it needs, and tries again.
 *
 * @throws AnnalsError LOCK_TIMEOUT when the patience has run out
 */
export async function runTransaction<T>(
  db: Executor,
  { until, role, readOnly = false }: Patience,
  work: () => Promise<T>,
): Promise<T> {
  for (;;) {
    try {
      await begin(db, role, readOnly);
      const result = await work();
      await db.query("COMMIT");
      return result;
    } catch (error) {
      // The first error counts: where the connection is gone, ROLLBACK fails too, and has nothing left to do.
      await db.query("ROLLBACK").catch(() => {});
      if (!isPassing(error)) throw error;
      if (Date.now() > until) throw await lockTimeout(db, error);
    }
    await sleep(turnMs + Math.random() * turnMs);
  }
}

/** The five-character code that PostgreSQL gives every error, or '' for any other error. */
export function sqlState(error: unknown): string {
  return (error as { code?: string } | null)?.code ?? "";
}

/**
 * Settings of the role or database must not steer a migration, so each that could is set here. Compiling the
 * queries about the catalogue would take seconds, running them takes milliseconds: no JIT.
 */
async function begin(db: Executor, role: string | undefined, readOnly: boolean): Promise<void> {
  await db.query(`BEGIN ISOLATION LEVEL READ COMMITTED READ ${readOnly ? "ONLY" : "WRITE"};
    SET LOCAL lock_timeout = '${turnMs}ms';
    SET LOCAL statement_timeout = 0;
    SET LOCAL idle_in_transaction_session_timeout = 0;
    SET LOCAL search_path = pg_catalog, pg_temp;
    SET LOCAL standard_conforming_strings = on;
    SET LOCAL jit = off;
    SET LOCAL client_min_messages = warning`);
  if (role !== undefined) await db.query("SELECT set_config('role', $1, true)", [role]);
}

async function lockTimeout(db: Executor, cause: unknown): Promise<AnnalsError> {
  // Of tables that are somebody's, not those of the catalogue.
  const holders = await lockHolders(
    db,
    `EXISTS (SELECT FROM pg_catalog.pg_class c
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace AND n.nspname !~ '^pg_'
      WHERE c.oid = l.relation AND c.relkind IN ('r', 'p'))`,
  );
  const names = holders.map(describeHolder).join("; ") || "unknown";
  return new AnnalsError(
    "LOCK_TIMEOUT",
    `A table that this step needs stayed locked. Locks are held by: ${names}.`,
    "Nothing was changed by this step. End that transaction, or wait for it, and run the command again.",
    { cause },
  );
}
