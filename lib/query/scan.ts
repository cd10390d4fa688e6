import { type SQL, sql } from "drizzle-orm";
import type { Executor } from "../executor.ts";
import type { Definition } from "../records/define.ts";
import { behind, type Mark, orderOf } from "./keyset.ts";
import { firstMatching, keyList, markJson, readMarks } from "./marks.ts";
import { withinReach } from "./reach.ts";
import { run } from "./run.ts";
import type { Slice } from "./slice.ts";
import { recordsOf } from "./tables.ts";
import { toll } from "./toll.ts";
import { allOf } from "./where.ts";

/** A search in terms of statements. */
export interface Quest {
  definition: Definition;
  /** From newer rows to older ones. */
  down: boolean;
  /** The highest number that it may see. */
  bound: string;
  filters: readonly SQL[];
}

export interface Scanned {
  /** How many rows were read; fewer than asked for: the slice holds no more. */
  read: number;
  /** The last of them. */
  last: Mark | undefined;
  /** How many of them match, and the first of these. */
  matching: number;
  found: Mark[];
}

/** Reads the next `count` rows of a slice, whatever they are, and tells which of them match. */
export async function scan(
  db: Executor,
  { definition, down, bound, filters }: Quest,
  slice: Slice,
  count: number,
  wanted: number,
): Promise<Scanned> {
  const { kind } = definition;
  const where = [...withinReach(definition, slice, bound), ...behind(kind, down, slice.place), toll(kind)];
  const [row] = await run<{ read: number; last: string | null; matching: number; found: string | null }>(
    db,
    sql`WITH looked AS MATERIALIZED (
        SELECT ${keyList(kind)}, ${allOf(filters)} AS matches FROM ${recordsOf(kind)}
        WHERE ${allOf(where)} ORDER BY ${orderOf(kind, down)} LIMIT ${sql.raw(String(count))}
      )
      SELECT (SELECT count(*)::int FROM looked) AS read,
        (SELECT json_build_array(${markJson(kind)})::text FROM looked AS r
          ORDER BY ${orderOf(kind, !down)} LIMIT 1) AS last,
        (SELECT count(*)::int FROM looked WHERE matches) AS matching,
        ${firstMatching(kind, down, wanted)} AS found`,
  );
  if (!row) throw new RangeError("a scan answers in one row");
  return { ...row, last: readMarks(row.last)[0], found: readMarks(row.found) };
}
