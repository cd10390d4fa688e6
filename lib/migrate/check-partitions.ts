import type { Executor } from "../executor.ts";

/** Something of the host's that stands in the way of a partition of a record. */
export interface PartitionUse {
  kind: "partition_in_use";
  /** The partition. */
  table: string;
  /** What names it, with its kind: `view ada.newest`. */
  user: string;
  message: string;
  hint: string;
}

/**
 * What names a partition of a record instead of the record, such as a view: the default partition is replaced when
 * events in it are given their months, and a month is dropped by retention, which PostgreSQL refuses then. Changes
 * nothing, and works as any role that may use schema annals.
 */
export async function checkPartitions(db: Executor): Promise<PartitionUse[]> {
  const rows = await db.query<{ partition: string; record: string; isDefault: boolean; user: string }>(
    `WITH partition AS (
      SELECT c.oid, c.reltype, i.inhparent AS parent, c.relname,
        pg_catalog.pg_get_expr(c.relpartbound, c.oid) OPERATOR(pg_catalog.=) 'DEFAULT' AS is_default
      FROM pg_catalog.pg_inherits i
      JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid
      WHERE i.inhparent IN (SELECT pg_catalog.to_regclass('annals.' || r)
        FROM pg_catalog.unnest(ARRAY['audit_log', 'login_attempt', 'data_export', 'system_event']) AS r))
    SELECT DISTINCT 'annals.' || p.relname AS partition, 'annals.' || r.relname AS record, p.is_default AS "isDefault",
      -- A view depends by its rule, which nobody has heard of.
      pg_catalog.pg_describe_object(CASE WHEN w.oid IS NULL THEN d.classid ELSE d.refclassid END,
        coalesce(w.ev_class, d.objid), CASE WHEN w.oid IS NULL THEN d.objsubid ELSE 0 END) AS user
    FROM partition p
    JOIN pg_catalog.pg_class r ON r.oid = p.parent
    LEFT JOIN pg_catalog.pg_type t ON t.oid = p.reltype
    JOIN pg_catalog.pg_depend d ON d.deptype = 'n'
      AND (d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = p.oid
        OR d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass AND d.refobjid IN (p.reltype, t.typarray))
    LEFT JOIN pg_catalog.pg_rewrite w ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND w.oid = d.objid
    -- Its own checks go with it.
    WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k
      WHERE d.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass AND k.oid = d.objid AND k.conrelid = p.oid)
    ORDER BY 1, 4`,
  );
  return rows.map(({ partition, record, isDefault, user }) => ({
    kind: "partition_in_use",
    table: partition,
    user,
    message: isDefault
      ? `It is named by ${user}, so the events in it cannot be given their months.`
      : `It is named by ${user}, so it cannot be dropped when its time is over.`,
    hint: `Let it name ${record} instead, with a condition on recorded_at, or drop it.`,
  }));
}
