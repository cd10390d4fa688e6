import { setTimeout as sleep } from "node:timers/promises";
import type { Executor } from "../executor.ts";
import { isPassing, runTransaction, sqlState } from "./run-transaction.ts";

/**
 * Runs the statements about roles that `findMissing` returns, each in a transaction of its own, and returns them.
 * Roles belong to the server: a migration of another database may be at the same work in the same moment, so
 * after a clash it looks again at what is missing.
 */
export async function runRoleStatements(
  db: Executor,
  findMissing: () => Promise<string[]>,
): Promise<string[]> {
  const done: string[] = [];
  for (let attempt = 1; ; attempt += 1) {
    try {
      for (const statement of await findMissing()) {
        await runTransaction(db, { until: Date.now() + 10_000 }, () => db.query(statement));
        done.push(statement);
      }
      return done;
    } catch (error) {
      // 23505, 42710: the other one was first.
      const isRace = ["23505", "42710"].includes(sqlState(error)) || isPassing(error);
      if (!isRace || attempt === 50) throw error;
      await sleep(20 + Math.random() * 80);
    }
  }
}
