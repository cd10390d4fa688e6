import { AnnalsError } from "../errors.ts";
import type { Executor } from "../executor.ts";
import { requireCompleteInstallation } from "../migrate/check-installation.ts";
import { runTransaction } from "../migrate/run-transaction.ts";
import { captureFunctionSql } from "./capture-function.ts";
import { attachSql } from "./capture-trigger.ts";
import { choosePolicy } from "./choose-policy.ts";
import { findRelation, type Relation } from "./find-relation.ts";
import { type CaptureInstallation, readInstallation } from "./installation.ts";
import type { CapturePolicy } from "./policy.ts";
import { quoteLiteral, quoteName } from "./quote.ts";
import type { TrackOptions } from "./track-options.ts";
import { rememberPolicySql, trackedTables } from "./tracked-tables.ts";

export interface TrackedTable extends CapturePolicy {
  /** What was run, or with `print` what would be, in order. Runs in one transaction. */
  statements: string[];
  /** What is not captured of this table, and why. */
  notes: string[];
}

/**
 * Installs (or brings up to date) the triggers that capture these tables, one transaction a table. An option
 * that is left out keeps what was chosen before. `db` must be bound to one connection whose role owns the
 * tables and may act as the owner of schema annals.
 *
 * @throws AnnalsError NOT_MIGRATED, TABLE_NOT_FOUND, TABLE_NOT_TRACKABLE, CONFIG_INVALID, RIGHT_MISSING,
 * LOCK_TIMEOUT. Tables before the one that failed stay tracked.
 */
export async function track(db: Executor, options: TrackOptions): Promise<TrackedTable[]> {
  const installation = await readInstallation(db);
  // On half an installation every write of the table would fail from now on.
  await requireCompleteInstallation(db);
  const relations: Relation[] = [];
  for (const name of options.tables) {
    const relation = await findRelation(db, name);
    requireNoForeignPartition(relation);
    if (!relations.some(({ oid }) => oid === relation.oid)) relations.push(relation);
  }
  const done: TrackedTable[] = [];
  for (const relation of relations) {
    const policy = choosePolicy(relation, options, await trackedTables(db));
    const statements = trackStatements(relation, policy, installation);
    if (!options.print) await install(db, statements, installation, policy, options.patienceMs ?? 60_000);
    done.push({ ...policy, statements, notes: limitsOf(relation) });
  }
  return done;
}

function trackStatements(
  relation: Relation,
  policy: CapturePolicy,
  installation: CaptureInstallation,
): string[] {
  const { owner, captureOwner } = installation;
  const signature = `annals.${quoteName(policy.functionName)}()`;
  return [
    `SET LOCAL ROLE ${quoteName(owner)}`,
    captureFunctionSql(policy),
    `REVOKE ALL ON FUNCTION ${signature} FROM PUBLIC`,
    rememberPolicySql(policy),
    ...(captureOwner === null
      ? []
      : [
          `GRANT CREATE ON SCHEMA annals TO ${captureOwner}`,
          `ALTER FUNCTION ${signature} OWNER TO ${captureOwner}`,
          `REVOKE CREATE ON SCHEMA annals FROM ${captureOwner}`,
        ]),
    "RESET ROLE",
    ...relation.members.flatMap(({ name }) => attachSql(name, policy)),
  ];
}

async function install(
  db: Executor,
  statements: readonly string[],
  { owner }: CaptureInstallation,
  policy: CapturePolicy,
  patienceMs: number,
): Promise<void> {
  try {
    await runTransaction(db, { until: Date.now() + patienceMs }, async () => {
      for (const statement of statements) await db.query(statement);
    });
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    if (code !== "42501") throw error;
    throw new AnnalsError(
      "RIGHT_MISSING",
      `${policy.schemaName}.${policy.tableName} cannot be tracked by this role: ${message}.`,
      `Connect as the role that owns the table and may act as ${owner}: GRANT ${quoteName(owner)} TO the role ` +
        `that runs \`annals track\`. Where these are two roles, run the output of \`annals track --print ${quoteLiteral(policy.tableName)}\` as a superuser.`,
      { cause: error },
    );
  }
}

/** PostgreSQL refuses a write that it routes to a foreign partition once the parent has transition tables. */
function requireNoForeignPartition({ schemaName, tableName, members }: Relation): void {
  const foreign = members.filter(({ isForeign }) => isForeign).map(({ name }) => name);
  if (foreign.length === 0) return;
  throw new AnnalsError(
    "TABLE_NOT_TRACKABLE",
    `${schemaName}.${tableName} has foreign partitions: ${foreign.join(", ")}.`,
    "PostgreSQL would refuse every write that goes there once the table has our triggers. Detach them, or track " +
      "the tables on the servers they live on.",
  );
}

/** What PostgreSQL does not let a statement trigger see. */
function limitsOf(relation: Relation): string[] {
  const notes: string[] = [];
  if (relation.isSubscribed) {
    notes.push(
      "A subscription writes to this table: logical replication fires no statement triggers, so what it applies is not captured. Track the table where it is published.",
    );
  }
  if (relation.keyColumns.length === 0) {
    notes.push("The table has no key: its events name no object, and show the row itself instead.");
  }
  return notes;
}
