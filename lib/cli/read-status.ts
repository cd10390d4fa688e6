import { AnnalsError } from "../errors.ts";
import type { Executor } from "../executor.ts";
import { pendingMigrations } from "../migrate/apply-migrations.ts";
import { changedRoutines } from "../migrate/apply-routines.ts";
import { missingReadIndexes } from "../migrate/build-read-indexes.ts";
import { migrations, routines } from "../migrate/embedded.ts";
import { roleNames } from "../migrate/role-names.ts";
import { version } from "../migrate/version.ts";
import { type RelayAtWork, relayAtWork } from "../relay/relay-at-work.ts";
import { type Policy, policiesOf, type RetentionConfig } from "../retention/policy.ts";
import { dueMonths } from "../retention/read-retention.ts";

/** How an installation stands. Ages in seconds. */
export interface Status {
  server: string;
  database: string;
  /** On a server that follows another: when the newest transaction was written that has arrived. Null on a primary. */
  standby: { arrivedAt: string | null } | null;
  /** The newest migration, and the version of Annals that applied it. */
  schema: { migration: string; appliedBy: string; appliedAt: string };
  library: { version: string; pendingMigrations: string[]; pendingFunctions: string[] };
  roles: Roles;
  /** The number of the newest event, 0 when there is none yet. */
  head: number;
  filedAt: string | null;
  /** Captured rows and events in the outbox; `capped`: there are more. */
  waiting: { count: number; capped: boolean };
  /** How long the first of them has waited, which is how far the relay lags; 0 when none waits. */
  lagSeconds: number;
  /** Another session whose turn it is to file, now; null when nobody files. */
  relayAtWork: RelayAtWork | null;
  rejected: number;
  /** Months after this one for which every record has its partition. */
  partitionsAhead: number;
  /** What the configuration keeps for how long, what is due by it, and what was retired so far. */
  retention: RetentionState;
  /** Indexes that lists are read by and that are still to be built, and what stands in the way of that. */
  readIndexes: { missing: number; obstacle: string | null };
  tracked: { table: string; objectType: string }[];
}

export interface Roles {
  mode: "own" | "single";
  /** The role that asks. */
  connectedAs: string;
  /** Whether nobody of those below is there, so that no role at work can change the records. */
  enforced: boolean;
  /** Roles that may sign in and act as the owner of the records, without superusers. */
  mayActAsOwner: string[];
  /** Superusers at work: the role that asks, and those who wrote one of the newest 1,000 events of the audit log. */
  superusers: string[];
}

export interface RetentionState {
  policies: Policy[];
  due: { months: number; rows: number; oldest: string | null };
  /** `last`: when, in UTC. */
  retired: { months: number; rows: number; last: string | null };
}

const cap = 10_000;

/**
 * Reads it all, as any role that may read schema annals.
 *
 * @throws AnnalsError NOT_MIGRATED, or MIGRATION_UNKNOWN when the database is newer than this library
 */
export async function readStatus(db: Executor, retention: RetentionConfig = {}): Promise<Status> {
  const [server] = await db.query<{
    version: string;
    database: string;
    owner: string | null;
    isStandby: boolean;
    arrivedAt: string | null;
  }>(
    `SELECT current_setting('server_version') AS version, current_database() AS database,
      pg_is_in_recovery() AS "isStandby", ${isoText("pg_last_xact_replay_timestamp()")} AS "arrivedAt",
      (SELECT pg_get_userbyid(nspowner)::text FROM pg_namespace WHERE nspname = 'annals'
        AND to_regclass('annals.tracked_table') IS NOT NULL) AS owner`,
  );
  if (!server?.owner) {
    throw new AnnalsError(
      "NOT_MIGRATED",
      "Annals is not installed in this database",
      "Run `annals migrate` first.",
    );
  }
  const pending = await pendingMigrations(db, migrations);
  const functions = await changedRoutines(db, routines);
  const [schema] = await db.query<{ migration: string; appliedBy: string; appliedAt: string }>(
    `SELECT name AS migration, annals_version AS "appliedBy", ${isoText("applied_at")} AS "appliedAt"
     FROM annals.migration ORDER BY id DESC LIMIT 1`,
  );
  if (!schema) throw new Error("annals.migration is empty");
  return {
    server: server.version,
    database: server.database,
    standby: server.isStandby ? { arrivedAt: server.arrivedAt } : null,
    schema,
    library: {
      version,
      pendingMigrations: pending.map(({ name }) => name),
      pendingFunctions: functions.map(({ name }) => name),
    },
    roles: await readRoles(db, server.owner),
    ...(await readFlow(db)),
    relayAtWork: (await relayAtWork(db)) ?? null,
    partitionsAhead: await countPartitionsAhead(db),
    retention: await readRetentionState(db, policiesOf(retention)),
    readIndexes: await countReadIndexes(db),
    tracked: await db.query(
      `SELECT schema_name || '.' || table_name AS table, object_type AS "objectType"
       FROM annals.tracked_table ORDER BY 1`,
    ),
  };
}

function isoText(column: string): string {
  return `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')`;
}

async function readRoles(db: Executor, owner: string): Promise<Roles> {
  const mode = owner === roleNames.owner ? "own" : "single";
  const rows = await db.query<{
    name: string;
    what: "superuser" | "member" | "neither";
    isConnected: boolean;
  }>(
    `SELECT rolname AS name, rolname = session_user AS "isConnected", CASE WHEN rolsuper THEN 'superuser'
       WHEN pg_has_role(oid, $1::text::name, 'MEMBER') THEN 'member' ELSE 'neither' END AS what
     FROM pg_roles
     WHERE rolname = session_user OR rolcanlogin AND (NOT rolsuper OR rolname IN (SELECT db_role FROM
       (SELECT db_role FROM annals.audit_log ORDER BY recorded_at DESC LIMIT 1000) AS newest))
     ORDER BY 1`,
    [owner],
  );
  const connectedAs = rows.find(({ isConnected }) => isConnected)?.name ?? "";
  const superusers = rows.filter(({ what }) => what === "superuser").map(({ name }) => name);
  const mayActAsOwner = rows.filter(({ what }) => what === "member").map(({ name }) => name);
  const enforced = mode === "own" && superusers.length === 0 && mayActAsOwner.length === 0;
  return { mode, connectedAs, enforced, mayActAsOwner, superusers };
}

async function readFlow(
  db: Executor,
): Promise<Pick<Status, "head" | "filedAt" | "waiting" | "lagSeconds" | "rejected">> {
  const [row] = await db.query<{
    head: string;
    filedAt: string | null;
    waiting: string;
    lag: number;
    rejected: string;
  }>(
    `SELECT seq::text AS head, ${isoText("filed_at")} AS "filedAt", annals.waiting($1::int)::text AS waiting,
      annals.lag() AS lag, (SELECT count(*)::text FROM annals.rejected) AS rejected
     FROM annals.head`,
    [cap],
  );
  if (!row) throw new Error("annals.head is empty");
  const waiting = Number(row.waiting);
  return {
    head: Number(row.head),
    filedAt: row.filedAt,
    waiting: { count: Math.min(waiting, cap), capped: waiting > cap },
    lagSeconds: Math.round(row.lag * 10) / 10,
    rejected: Number(row.rejected),
  };
}

async function readRetentionState(db: Executor, policies: Policy[]): Promise<RetentionState> {
  const due = await dueMonths(db, policies);
  const [row] = await db.query<RetentionState["retired"]>(
    `SELECT count(*)::int AS months, coalesce(sum(rows), 0)::float8 AS rows, ${isoText("max(retired_at)")} AS last FROM annals.tombstone`,
  );
  if (!row) throw new Error("a count answers in one row");
  return {
    policies,
    due: {
      months: due.length,
      rows: due.reduce((sum, { rows }) => sum + rows, 0),
      oldest: due[0]?.month ?? null,
    },
    retired: row,
  };
}

async function countReadIndexes(db: Executor): Promise<Status["readIndexes"]> {
  const missing = await missingReadIndexes(db);
  return { missing: missing.length, obstacle: missing[0]?.obstacle ?? null };
}

/** Without a gap: a clock gone wrong may have made a month of its own far ahead. */
async function countPartitionsAhead(db: Executor): Promise<number> {
  const [row] = await db.query<{ months: number }>(
    `SELECT min(i)::int - 1 AS months
     FROM unnest(ARRAY['audit_log', 'login_attempt', 'data_export', 'system_event']) AS r(name), generate_series(1, 121) AS i
     WHERE NOT EXISTS (
       SELECT FROM pg_inherits h WHERE h.inhrelid = to_regclass(format('annals.%s_%s', r.name,
         to_char(date_trunc('month', now() AT TIME ZONE 'UTC') + make_interval(months => i), 'YYYYMM'))))`,
  );
  return row?.months ?? 0;
}
