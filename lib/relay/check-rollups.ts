import type { Executor } from "../executor.ts";

/** A count that is not what the records say. */
export interface RollupDifference {
  /** Table in schema `annals`, such as `audit_log`. */
  record: string;
  /** The counted columns with their values: `action=UPDATE, module=`; `all rows` where there are none. */
  of: string;
  /** `2026-03-14` (UTC), or `2026-03` for the sum of a month. */
  period: string;
  /** What the rollups hold; null when they have no such bucket. */
  stored: number | null;
  /** What the records hold; null when there is no such row. */
  counted: number | null;
}

export interface RollupState {
  /** Of at most `limit`. */
  differences: RollupDifference[];
  total: number;
  /** Numbers up to which the relay has counted and filed; readers count what is between directly. */
  countedSeq: string;
  headSeq: string;
  /** Why the relay could not count when it last tried. */
  error: string | null;
}

const limit = 1000;

/**
 * Compares the rollups with the records, in one snapshot, so it may run beside writers, relay and readers.
 * Reads every record once.
 */
export async function checkRollups(db: Executor): Promise<RollupState> {
  const rows = await db.query<{
    differences: string;
    total: string;
    counted: string;
    head: string;
    error: string | null;
  }>(
    `WITH difference AS MATERIALIZED (SELECT * FROM annals.rollup_differences())
     SELECT (SELECT coalesce(json_agg(d), '[]')::text FROM (
         SELECT record, columns, "values", day, stored, counted FROM difference ORDER BY record, day, columns, "values" LIMIT ${limit}
       ) AS d) AS differences,
       (SELECT count(*)::text FROM difference) AS total,
       r.counted_seq::text AS counted, h.seq::text AS head, r.error
     FROM annals.rollup_head r CROSS JOIN annals.head h`,
  );
  const [row] = rows;
  if (!row) throw new RangeError("annals.rollup_head is empty: the schema is damaged");
  return {
    differences: (JSON.parse(row.differences) as Stored[]).map(describe),
    total: Number(row.total),
    countedSeq: row.counted,
    headSeq: row.head,
    error: row.error,
  };
}

/**
 * Counts what is not counted yet and puts wrong counts right, from the records. The relay waits meanwhile.
 * Needs the rights of the owner of the records.
 *
 * @returns how many buckets were wrong
 */
export async function repairRollups(db: Executor): Promise<number> {
  const [row] = await db.query<{ repaired: string }>("SELECT annals.repair_rollups()::text AS repaired");
  return Number(row?.repaired);
}

interface Stored extends Pick<RollupDifference, "record" | "stored" | "counted"> {
  columns: string[];
  values: string[];
  day: string;
}

function describe({ record, columns, values, day, stored, counted }: Stored): RollupDifference {
  const isMonth = columns[0] === "month";
  const of = (isMonth ? columns.slice(1) : columns).map((column, at) => `${column}=${values[at]}`);
  return {
    record,
    of: of.join(", ") || "all rows",
    period: isMonth ? day.slice(0, 7) : day,
    stored,
    counted,
  };
}
