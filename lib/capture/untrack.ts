import { AnnalsError } from "../errors.ts";
import type { Executor } from "../executor.ts";
import { runTransaction } from "../migrate/run-transaction.ts";
import { detachSql } from "./capture-trigger.ts";
import { findRelation } from "./find-relation.ts";
import { readInstallation } from "./installation.ts";
import type { CapturePolicy } from "./policy.ts";
import { quoteLiteral, quoteName } from "./quote.ts";
import { trackedTables } from "./tracked-tables.ts";

export interface UntrackOptions {
  tables: readonly string[];
  patienceMs?: number;
}

/**
 * Takes the triggers of these tables away; what was recorded stays. That capture ended is itself recorded, as
 * a MAINTENANCE event in the same transaction. Returns the object types that are captured no more.
 *
 * @throws AnnalsError NOT_MIGRATED, TABLE_NOT_FOUND, LOCK_TIMEOUT
 */
export async function untrack(db: Executor, options: UntrackOptions): Promise<string[]> {
  const { owner } = await readInstallation(db);
  const ended: string[] = [];
  for (const name of options.tables) {
    const policies = await trackedTables(db);
    const gone = await findGone(db, name, policies);
    const relation = gone ? undefined : await findRelation(db, name);
    const policy =
      gone ??
      policies.find(
        (t) =>
          relation?.attached.includes(t.functionName) ||
          (t.schemaName === relation?.schemaName && t.tableName === relation.tableName),
      );
    if (!policy) {
      throw new AnnalsError(
        "TABLE_NOT_FOUND",
        `${relation?.schemaName}.${relation?.tableName} is not tracked.`,
        "`annals status` lists the tables that are.",
      );
    }
    const event = JSON.stringify({
      event_type: "MAINTENANCE",
      title: `Capture of ${policy.objectType} ended`,
      description: `annals untrack ${name}`,
      module: "annals",
    });
    await runTransaction(db, { until: Date.now() + (options.patienceMs ?? 60_000) }, async () => {
      for (const member of relation?.members ?? []) {
        if (!member.isForeign) for (const statement of detachSql(member.name)) await db.query(statement);
      }
      await db.query(`SET LOCAL ROLE ${quoteName(owner)}`);
      await db.query(`SELECT annals.record('events', ${quoteLiteral(event)})`);
      await db.query(
        `DELETE FROM annals.tracked_table WHERE function_name = ${quoteLiteral(policy.functionName)}`,
      );
      await db.query(`DROP FUNCTION IF EXISTS annals.${quoteName(policy.functionName)}()`);
    });
    ended.push(policy.objectType);
  }
  return ended;
}

/** The policy of a table that was dropped since, by the name that it had. */
async function findGone(
  db: Executor,
  name: string,
  policies: readonly CapturePolicy[],
): Promise<CapturePolicy | undefined> {
  const [row] = await db.query<{ parts: string[]; there: boolean }>(
    `SELECT pg_catalog.to_json(pg_catalog.parse_ident($1::text, false)) AS parts,
      pg_catalog.to_regclass($1::text) IS NOT NULL AS there`,
    [name],
  );
  if (!row || row.there) return undefined;
  const [tableName = "", schemaName = "public"] = [...row.parts].reverse();
  return policies.find((t) => t.schemaName === schemaName && t.tableName === tableName);
}
