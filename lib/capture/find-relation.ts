import { AnnalsError } from "../errors.ts";
import type { Executor } from "../executor.ts";
import type { Column } from "./policy.ts";

/** A table of the host as the catalogue has it now. */
export interface Relation {
  oid: string;
  schemaName: string;
  tableName: string;
  /** Its partitions at every level, schema-qualified and quoted, itself first. */
  members: { name: string; isForeign: boolean }[];
  columns: Column[];
  /** Primary key, else the first unique index over columns that are never null, else none. */
  keyColumns: string[];
  /** Capture functions that are attached to it, by name. */
  attached: string[];
  /** Whether logical replication writes to it. */
  isSubscribed: boolean;
}

interface Row {
  oid: string;
  relkind: string;
  is_partition: boolean;
  schema_name: string;
  table_name: string;
  root: string;
}

/**
 * Looks a table up by its name as SQL has it: `orders`, `shop.orders`, `"Order Lines"`. A partition stands
 * for the table it belongs to.
 *
 * @throws AnnalsError TABLE_NOT_FOUND, TABLE_NOT_TRACKABLE
 */
export async function findRelation(db: Executor, name: string): Promise<Relation> {
  const row = await lookUp(db, name);
  if (row.is_partition) return findRelation(db, row.root);
  refuseUntrackable(row);
  const [details] = await db.query<Omit<Relation, "oid" | "schemaName" | "tableName">>(detailsSql, [row.oid]);
  if (!details) throw new Error(`${name} vanished while it was read.`);
  return { oid: row.oid, schemaName: row.schema_name, tableName: row.table_name, ...details };
}

/** Whether two names, as SQL has them, are of one table: `orders` and `public.orders`. */
export async function isSameTable(db: Executor, one: string, other: string): Promise<boolean> {
  if (one === other) return true;
  const [row] = await db.query<{ same: boolean | null }>(
    "SELECT pg_catalog.to_regclass($1::text) = pg_catalog.to_regclass($2::text) AS same",
    [one, other],
  );
  return row?.same === true;
}

async function lookUp(db: Executor, name: string): Promise<Row> {
  let rows: Row[];
  try {
    rows = await db.query<Row>(
      `SELECT c.oid::text AS oid, c.relkind::text AS relkind, c.relispartition AS is_partition,
        n.nspname::text AS schema_name, c.relname::text AS table_name,
        pg_catalog.pg_partition_root(c.oid)::oid::regclass::text AS root
       FROM pg_catalog.pg_class c
       JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
       WHERE c.oid = pg_catalog.to_regclass($1::text)`,
      [name],
    );
  } catch (cause) {
    throw new AnnalsError(
      "TABLE_NOT_FOUND",
      `“${name}” is not a name of a table.`,
      'Write it as SQL does: orders, shop.orders, "Order Lines".',
      { cause },
    );
  }
  const [row] = rows;
  if (row) return row;
  throw new AnnalsError(
    "TABLE_NOT_FOUND",
    `There is no table ${name} in this database.`,
    'Is the schema missing (shop.orders), or are quotes (a name with capitals: "Orders")?',
  );
}

function refuseUntrackable(row: Row): void {
  const reasons: Record<string, string> = {
    v: "is a view: track the tables behind it",
    m: "is a materialized view: track the tables behind it",
    f: "is a foreign table: PostgreSQL has no transition tables for it, so track it on the server it lives on",
    i: "is an index",
    I: "is an index",
    S: "is a sequence",
    c: "is a composite type",
    t: "is a TOAST table",
  };
  const isOurs = ["annals", "pg_catalog", "information_schema"].includes(row.schema_name);
  const isTemporary = row.schema_name.startsWith("pg_temp");
  const reason = isOurs
    ? `belongs to ${row.schema_name}`
    : isTemporary
      ? "is a temporary table, which ends with its session"
      : reasons[row.relkind];
  if (reason === undefined) return;
  throw new AnnalsError(
    "TABLE_NOT_TRACKABLE",
    `${row.schema_name}.${row.table_name} ${reason}.`,
    "Annals tracks ordinary and partitioned tables.",
  );
}

const detailsSql = `SELECT
  (SELECT pg_catalog.json_agg(pg_catalog.json_build_object('name', pg_catalog.format('%I.%I', m.nspname, m.relname), 'isForeign', m.relkind = 'f')
      ORDER BY m.level, m.oid)
    FROM (
      SELECT c.oid, c.relkind, c.relname, n.nspname, coalesce(t.level, 0) AS level
      FROM pg_catalog.pg_class c
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      LEFT JOIN pg_catalog.pg_partition_tree($1::oid) t ON t.relid = c.oid
      WHERE c.oid = $1::oid OR t.relid IS NOT NULL) m) AS members,
  (SELECT coalesce(pg_catalog.json_agg(pg_catalog.json_build_object('name', a.attname, 'type', pg_catalog.format_type(a.atttypid, a.atttypmod))
      ORDER BY a.attnum), '[]')
    FROM pg_catalog.pg_attribute a WHERE a.attrelid = $1::oid AND a.attnum > 0 AND NOT a.attisdropped) AS columns,
  coalesce((
    SELECT pg_catalog.json_agg(a.attname ORDER BY k.ord)
    FROM (
      SELECT i.indrelid, i.indkey FROM pg_catalog.pg_index i
      WHERE i.indrelid = $1::oid AND i.indisunique AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL
        AND NOT EXISTS (
          SELECT FROM pg_catalog.unnest(i.indkey::int2[]) AS key(attnum)
          JOIN pg_catalog.pg_attribute n ON n.attrelid = i.indrelid AND n.attnum = key.attnum
          WHERE NOT n.attnotnull)
      ORDER BY i.indisprimary DESC, i.indexrelid LIMIT 1) AS best
    CROSS JOIN LATERAL pg_catalog.unnest(best.indkey::int2[]) WITH ORDINALITY AS k(attnum, ord)
    JOIN pg_catalog.pg_attribute a ON a.attrelid = best.indrelid AND a.attnum = k.attnum), '[]') AS "keyColumns",
  (SELECT coalesce(pg_catalog.json_agg(DISTINCT p.proname), '[]')
    FROM pg_catalog.pg_trigger t
    JOIN pg_catalog.pg_proc p ON p.oid = t.tgfoid AND p.pronamespace = 'annals'::pg_catalog.regnamespace
    WHERE t.tgrelid = $1::oid AND p.proname LIKE 'capture\\_%') AS attached,
  EXISTS (SELECT FROM pg_catalog.pg_subscription_rel s WHERE s.srrelid = $1::oid) AS "isSubscribed"`;
