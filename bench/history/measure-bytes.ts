import type { Executor } from "../../lib/executor.ts";

/** What an audit row takes on disk, in bytes. */
export interface Bytes {
  /** The row itself, with what is stored out of line. */
  row: number;
  /** By index, without the name of the month. */
  indexes: Record<string, number>;
  /** Its share of the rollups, by shape: `action, tenant`. */
  rollups: Record<string, number>;
  total: number;
}

/** Of the audit log: its tables, its indexes, and that part of the rollups which counts it. */
export async function measureBytes(db: Executor): Promise<Bytes> {
  const [{ rows } = { rows: 0 }] = await db.query<{ rows: number }>(
    "SELECT sum(rows)::float8 AS rows FROM annals.segment WHERE record = 'audit_log'",
  );
  const relations = await db.query<{ index: string | null; bytes: number }>(
    `SELECT regexp_replace(i.relname, '^audit_log_(\\d{6}|default)_', '') AS index,
       sum(CASE WHEN i.oid IS NULL THEN pg_table_size(t.relid) ELSE pg_relation_size(i.oid) END)::float8 AS bytes
     FROM pg_partition_tree('annals.audit_log') t
     LEFT JOIN (SELECT x.indrelid, c.oid, c.relname FROM pg_index x JOIN pg_class c ON c.oid = x.indexrelid
       UNION ALL SELECT relid, NULL, NULL FROM pg_partition_tree('annals.audit_log')) AS i ON i.indrelid = t.relid
     WHERE t.isleaf GROUP BY 1 ORDER BY 2 DESC`,
  );
  const shapes = (await db.query<{ columns: string; bytes: number }>(
    `WITH size AS (
       SELECT r.shape, count(*) * 28.0 + sum(pg_column_size(r)) AS bytes FROM annals.rollup_day r GROUP BY 1
       UNION ALL
       SELECT r.shape, count(*) * 28.0 + sum(pg_column_size(r)) FROM annals.rollup_month r GROUP BY 1
     )
     SELECT array_to_string(s.columns, ', ') AS columns,
       (sum(z.bytes) / sum(sum(z.bytes)) OVER ()
         * (pg_total_relation_size('annals.rollup_day') + pg_total_relation_size('annals.rollup_month')))::float8 AS bytes,
       s.record
     FROM size z JOIN annals.rollup_shape s USING (shape) GROUP BY s.shape, s.columns, s.record ORDER BY 2 DESC`,
  )) as { columns: string; bytes: number; record: string }[];
  const each = (bytes: number) => Math.round((bytes / rows) * 10) / 10;
  const indexes = Object.fromEntries(
    relations.flatMap(({ index, bytes }) => (index && each(bytes) >= 0.1 ? [[index, each(bytes)]] : [])),
  );
  const rollups = Object.fromEntries(
    shapes
      .filter(({ record }) => record === "audit_log")
      .map(({ columns, bytes }) => [columns || "all", each(bytes)]),
  );
  const row = each(relations.find(({ index }) => index === null)?.bytes ?? 0);
  const sum = (some: Record<string, number>) => Object.values(some).reduce((all, one) => all + one, 0);
  return { row, indexes, rollups, total: row + sum(indexes) + sum(rollups) };
}
