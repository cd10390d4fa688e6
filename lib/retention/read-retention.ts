import type { Executor } from "../executor.ts";
import type { Kind } from "../records/define.ts";
import { definitions } from "../records/kinds.ts";
import type { Policy } from "./policy.ts";

/** A month of a record that a policy lets go. */
export interface DueMonth {
  kind: Kind;
  /** Table in schema `annals`, such as `audit_log`. */
  record: string;
  /** `2024-01`, UTC. */
  month: string;
  rows: number;
  /** Numbers of its first and last event; null when it holds none. */
  firstSeq: string | null;
  lastSeq: string | null;
  /** On disk, without indexes. */
  bytes: number;
  /** Whether it has a table of its own, as it must have to be dropped. */
  settled: boolean;
}

/** What stays of a month that was retired. */
export interface Tombstone {
  record: string;
  month: string;
  rows: number;
  firstSeq: string;
  lastSeq: string;
  /** Null: it was not archived. */
  archiveFile: string | null;
  archiveSha256: string | null;
  reason: string;
  retiredBy: string;
  dbRole: string;
  /** `2026-11-24T09:12:33Z`. */
  retiredAt: string;
}

/**
 * The months that are over for longer than their policy keeps them, by the clock of the database, oldest first.
 * Any member of annals_reader may ask.
 */
export async function dueMonths(db: Executor, policies: readonly Policy[]): Promise<DueMonth[]> {
  if (policies.length === 0) return [];
  const asked = policies.map(({ kind, keep }) => ({ kind, record: definitions[kind].record, keep }));
  const rows = await db.query<Omit<DueMonth, "rows" | "bytes"> & { rows: string; bytes: string }>(
    `WITH policy AS (
       SELECT p.kind, p.record, date_trunc('month', (now() - p.keep::interval) AT TIME ZONE 'UTC')::date AS first_kept
       FROM json_to_recordset($1::text::json) AS p(kind text, record text, keep text)
     -- Materialized: a condition on its months would else be asked of every table of the database, such as pg_toast_103957.
     ), month AS MATERIALIZED (
       SELECT s.record, s.month FROM annals.segment s
       UNION
       SELECT p.record, to_date(right(c.relname, 6), 'YYYYMM')
       FROM policy p
       JOIN pg_catalog.pg_inherits i ON i.inhparent = ('annals.' || p.record)::regclass
       JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid AND c.relname ~ '_[0-9]{6}$'
     )
     SELECT p.kind, p.record, to_char(m.month, 'YYYY-MM') AS month, coalesce(s.rows, 0)::text AS rows,
       s.from_seq::text AS "firstSeq", s.to_seq::text AS "lastSeq",
       coalesce(pg_catalog.pg_table_size(c.oid), 0)::text AS bytes, c.oid IS NOT NULL AS settled
     FROM policy p
     -- From before the year 1000 there is no month: no clock goes that wrong, and one table holds all of it.
     JOIN month m ON m.record = p.record AND m.month < p.first_kept AND m.month >= '1000-01-01'
     LEFT JOIN annals.segment s ON s.record = m.record AND s.month = m.month
     LEFT JOIN pg_catalog.pg_class c ON c.relnamespace = 'annals'::regnamespace AND c.relispartition
       AND c.relname = p.record || to_char(m.month, '_YYYYMM')
     ORDER BY m.month, p.record`,
    [JSON.stringify(asked)],
  );
  return rows.map((row) => ({ ...row, rows: Number(row.rows), bytes: Number(row.bytes) }));
}

/** The newest `limit` tombstones, the last first. Any member of annals_reader may ask. */
export function readTombstones(db: Executor, limit = 1000): Promise<Tombstone[]> {
  return db.query<Tombstone>(
    `SELECT record, to_char(month, 'YYYY-MM') AS month, rows::float8 AS rows, first_seq::text AS "firstSeq",
       last_seq::text AS "lastSeq", archive_file AS "archiveFile", archive_sha256 AS "archiveSha256", reason,
       retired_by AS "retiredBy", db_role AS "dbRole",
       to_char(retired_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS "retiredAt"
     FROM annals.tombstone ORDER BY retired_at DESC, record LIMIT $1::int`,
    [limit],
  );
}
