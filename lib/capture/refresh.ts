import type { Executor } from "../executor.ts";
import { runTransaction } from "../migrate/run-transaction.ts";
import { captureFunctionSql } from "./capture-function.ts";
import { readInstallation } from "./installation.ts";
import { functionBody, installedFunctions } from "./installed.ts";
import { trackedTables } from "./tracked-tables.ts";

/**
 * Replaces the capture functions whose text this version has changed; the triggers stay. Run after `migrate`.
 * Returns the object types whose function was replaced.
 */
export async function refreshCapture(db: Executor, patienceMs = 60_000): Promise<string[]> {
  const { owner } = await readInstallation(db);
  const installed = await installedFunctions(db);
  const stale = (await trackedTables(db)).filter((policy) => {
    const body = installed.get(policy.functionName);
    return body !== undefined && body !== functionBody(captureFunctionSql(policy));
  });
  for (const policy of stale) {
    await runTransaction(db, { until: Date.now() + patienceMs, role: owner }, () =>
      db.query(captureFunctionSql(policy)),
    );
  }
  return stale.map(({ objectType }) => objectType);
}
