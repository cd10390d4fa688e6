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
  await dropOldFunctions(db, owner, patienceMs);
  return stale.map(({ objectType }) => objectType);
}

/** What capture functions of version 1 called: no longer called by any, and one of them tells the key of the masks. */
async function dropOldFunctions(db: Executor, owner: string, patienceMs: number): Promise<void> {
  const old = await db.query<{ signature: string }>(
    `SELECT p.oid::pg_catalog.regprocedure::text AS signature FROM pg_catalog.pg_proc p
     WHERE p.pronamespace = 'annals'::pg_catalog.regnamespace
       AND p.proname IN ('hidden_columns', 'without_secrets', 'mask_key')`,
  );
  if (old.length === 0) return;
  await runTransaction(db, { until: Date.now() + patienceMs, role: owner }, async () => {
    for (const { signature } of old) await db.query(`DROP FUNCTION ${signature}`);
  });
}
