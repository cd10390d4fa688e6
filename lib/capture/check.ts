import { AnnalsError } from "../errors.ts";
import type { Executor } from "../executor.ts";
import { captureFunctionSql } from "./capture-function.ts";
import { wantedTriggers } from "./capture-trigger.ts";
import { findRelation, type Relation } from "./find-relation.ts";
import { readInstallation } from "./installation.ts";
import { functionBody, type InstalledTrigger, installedFunctions, installedTriggers } from "./installed.ts";
import type { CapturePolicy } from "./policy.ts";
import { trackedTables } from "./tracked-tables.ts";

export type DriftKind =
  | "table_missing"
  | "table_renamed"
  | "trigger_missing"
  | "trigger_disabled"
  | "function_changed"
  | "columns_changed"
  | "key_changed"
  | "partition_untracked"
  | "partition_foreign"
  | "table_undeclared"
  | "guard_missing"
  | "guard_disabled";

/** One difference between what was declared and what is. */
export interface Drift {
  kind: DriftKind;
  table: string;
  message: string;
  hint: string;
}

export interface CheckOptions {
  /** Tables that need no policy, as patterns over `schema.table` with `*`. */
  skipTables?: readonly string[];
}

/**
 * Compares what is tracked with the database: missing, disabled and outdated triggers, tables that were
 * renamed, changed, partitioned or dropped since, tables nobody has decided about, and the guards that keep
 * the records append-only. Changes nothing. No row: all is as declared.
 */
export async function checkCapture(db: Executor, options: CheckOptions = {}): Promise<Drift[]> {
  await readInstallation(db);
  const policies = await trackedTables(db);
  const triggers = await installedTriggers(db);
  const functions = await installedFunctions(db);
  const drifts: Drift[] = [];
  for (const policy of policies) drifts.push(...(await checkTable(db, policy, triggers, functions)));
  drifts.push(...(await undeclaredTables(db, policies, triggers, options.skipTables ?? [])));
  drifts.push(...(await missingGuards(db)));
  return drifts;
}

async function checkTable(
  db: Executor,
  policy: CapturePolicy,
  triggers: readonly InstalledTrigger[],
  functions: ReadonlyMap<string, string>,
): Promise<Drift[]> {
  const declared = `${policy.schemaName}.${policy.tableName}`;
  const again = `Run \`annals track ${declared}\`.`;
  const own = triggers.filter(({ functionName }) => functionName === policy.functionName);
  const relation = await findDeclared(db, policy);
  const drifts: Drift[] = [];
  const report = (kind: DriftKind, table: string, message: string, hint = again) =>
    drifts.push({ kind, table, message, hint });

  if (functions.get(policy.functionName) !== functionBody(captureFunctionSql(policy))) {
    report(
      "function_changed",
      declared,
      "Its capture function is not the one that this version installs.",
      "Run `annals migrate`.",
    );
  }
  if (!relation) {
    const [elsewhere] = own;
    if (elsewhere) {
      report(
        "table_renamed",
        declared,
        `It is called ${elsewhere.table} now; events go on as “${policy.objectType}”, captured the slow way.`,
        `Run \`annals track ${elsewhere.table}\`.`,
      );
    } else {
      report(
        "table_missing",
        declared,
        "The table is gone.",
        `If that was meant, run \`annals untrack ${declared}\`; its history stays.`,
      );
    }
    return drifts;
  }
  for (const member of relation.members) {
    if (member.isForeign) {
      report(
        "partition_foreign",
        member.name,
        `This foreign partition of ${declared} makes PostgreSQL refuse the writes that go to it.`,
        `Detach it, or run \`annals untrack ${declared}\`.`,
      );
      continue;
    }
    const present = own.filter(({ table }) => table === member.name);
    const missing = wantedTriggers(policy).filter((name) => !present.some((t) => t.triggerName === name));
    if (missing.length > 0 && present.length === 0 && member !== relation.members[0]) {
      report(
        "partition_untracked",
        member.name,
        `This partition of ${declared} has no triggers: what is written straight into it is not captured.`,
      );
    } else if (missing.length > 0) {
      report("trigger_missing", member.name, `Missing: ${missing.join(", ")}.`);
    }
    for (const trigger of present.filter(({ state }) => state !== "A")) {
      const how = trigger.state === "D" ? "disabled" : "not ENABLE ALWAYS, so replication roles pass it by";
      report("trigger_disabled", member.name, `${trigger.triggerName} is ${how}.`);
    }
  }
  drifts.push(...changedShape(policy, relation, declared, again));
  return drifts;
}

function changedShape(policy: CapturePolicy, relation: Relation, table: string, hint: string): Drift[] {
  const drifts: Drift[] = [];
  const text = ({ name, type }: { name: string; type: string }) => `${name} ${type}`;
  const before = policy.columns.map(text);
  const now = relation.columns.map(text);
  const added = now.filter((column) => !before.includes(column));
  const gone = before.filter((column) => !now.includes(column));
  if (added.length + gone.length > 0) {
    const parts = [
      added.length > 0 && `new: ${added.join(", ")}`,
      gone.length > 0 && `gone: ${gone.join(", ")}`,
    ];
    drifts.push({
      kind: "columns_changed",
      table,
      message: `Columns changed since it was tracked (${parts.filter(Boolean).join("; ")}).`,
      hint: `Everything is captured still. Decide about the new columns (--mask, --ignore). ${hint}`,
    });
  }
  if (relation.keyColumns.join() !== policy.keyColumns.join()) {
    drifts.push({
      kind: "key_changed",
      table,
      message: `Its key was (${policy.keyColumns.join(", ")}) and is (${relation.keyColumns.join(", ")}).`,
      hint,
    });
  }
  return drifts;
}

async function findDeclared(
  db: Executor,
  { schemaName, tableName }: CapturePolicy,
): Promise<Relation | undefined> {
  const [row] = await db.query<{ name: string }>(
    "SELECT pg_catalog.format('%I.%I', $1::text, $2::text) AS name",
    [schemaName, tableName],
  );
  try {
    return await findRelation(db, row?.name ?? "");
  } catch (error) {
    if (error instanceof AnnalsError && error.code === "TABLE_NOT_FOUND") return undefined;
    throw error;
  }
}

async function undeclaredTables(
  db: Executor,
  policies: readonly CapturePolicy[],
  triggers: readonly InstalledTrigger[],
  skipTables: readonly string[],
): Promise<Drift[]> {
  const rows = await db.query<{ schema: string; table: string; name: string }>(
    `SELECT n.nspname::text AS schema, c.relname::text AS table, pg_catalog.format('%I.%I', n.nspname, c.relname) AS name
     FROM pg_catalog.pg_class c
     JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relpersistence <> 't'
       AND n.nspname NOT IN ('annals', 'information_schema') AND n.nspname !~ '^pg_'
       AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
     ORDER BY 1, 2`,
  );
  const skipped = skipTables.map(patternOf);
  return rows
    .filter(
      ({ schema, table, name }) =>
        !policies.some((p) => p.schemaName === schema && p.tableName === table) &&
        !triggers.some((t) => t.table === name) &&
        !skipped.some((pattern) => pattern.test(`${schema}.${table}`)),
    )
    .map(({ schema, table }) => ({
      kind: "table_undeclared" as const,
      table: `${schema}.${table}`,
      message: "Nobody has decided about this table.",
      hint: "Track it, or name it in skipTables of annals.config.ts.",
    }));
}

/** `orders` means public.orders, `*` any run of characters. */
export function patternOf(text: string): RegExp {
  const full = text.includes(".") || text === "*" ? text : `public.${text}`;
  return new RegExp(
    `^${full
      .split("*")
      .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"))
      .join(".*")}$`,
  );
}

async function missingGuards(db: Executor): Promise<Drift[]> {
  const rows = await db.query<{ table: string; state: string | null }>(
    `SELECT c.oid::pg_catalog.regclass::text AS table, t.tgenabled::text AS state
     FROM pg_catalog.unnest(ARRAY['audit_log', 'login_attempt', 'data_export', 'system_event', 'segment', 'head', 'deletion', 'tombstone', 'drained_slot', 'rejected', 'relay_turn',
       'rollup_shape', 'rollup_day', 'rollup_month', 'rollup_head', 'outbox', 'secret']) AS root
     CROSS JOIN LATERAL (
       SELECT pg_catalog.to_regclass('annals.' || root)::oid AS oid
       UNION SELECT relid FROM pg_catalog.pg_partition_tree(pg_catalog.to_regclass('annals.' || root))) AS c
     LEFT JOIN pg_catalog.pg_trigger t ON t.tgrelid = c.oid AND t.tgname = 'annals_guard'
     -- One that a pending migration is to make is no table yet.
     WHERE c.oid IS NOT NULL AND t.tgenabled IS DISTINCT FROM 'A'
     ORDER BY 1`,
  );
  return rows.map(({ table, state }) => ({
    kind: state === null ? ("guard_missing" as const) : ("guard_disabled" as const),
    table,
    message:
      state === null
        ? "Its guard is missing: it can be changed by hand."
        : "Its guard is disabled: it can be changed by hand.",
    hint:
      state === null
        ? "Run `annals migrate`."
        : `Run: ALTER TABLE ${table} ENABLE ALWAYS TRIGGER annals_guard; and find out who disabled it.`,
  }));
}
