import { type SQL, sql } from "drizzle-orm";
import type { Executor } from "../executor.ts";
import type { Definition } from "../records/define.ts";
import { type Mark, orderOf } from "./keyset.ts";
import type { Limits } from "./limits.ts";
import { firstMatching, keyList, markJson, readMarks } from "./marks.ts";
import { withinReach } from "./reach.ts";
import { run } from "./run.ts";
import { isBeyond, type Slice, startOf } from "./slice.ts";
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
  limits: Limits;
  /** What is looked for is not common anywhere: the newest rows need not be looked at first. */
  rare?: boolean;
  /** Where a crowded slice is best cut, if anybody knows. */
  nearest?: (slice: Slice) => Promise<string | undefined>;
  /** Those slices in which there can be a row, if anybody knows. */
  possible?: (slices: readonly Slice[]) => Promise<Slice[] | undefined>;
}

export interface Scanned {
  /** How many rows were read, how many of them match, and the first of these. */
  read: number;
  matching: number;
  found: Mark[];
  /** The last row that was read, if there is more of the slice behind it. */
  left: Mark | undefined;
}

// Without statistics every row of an ordered read is thought to lie on a page of its own, at 4 a page. To read and
// sort a whole month of 30,000 rows must seem dearer than to read 2,000 of them in order.
const dearness = 20;

// In the statement, what is put into words is first cut to its one row: PostgreSQL works a target list out before it
// sorts, and to write down the place of each row that was read takes longer than to read them.

/** Reads the next `count` rows of a slice, whatever they are, and tells which of them match. */
export async function scan(
  db: Executor,
  { definition, down, bound, filters }: Quest,
  slice: Slice,
  count: number,
  wanted: number,
): Promise<Scanned> {
  const { kind } = definition;
  const { source, where } = startOf(definition, slice, down);
  const matches = [...withinReach(definition, slice, bound), ...filters];
  const [row] = await run<{ read: number; last: string | null; matching: number; found: string | null }>(
    db,
    sql`WITH looked AS MATERIALIZED (
        SELECT ${keyList(kind)}, ${allOf(matches)} AS matches FROM ${source}
        WHERE ${allOf([...where, toll(kind, dearness)])} ORDER BY ${orderOf(kind, down)} LIMIT ${sql.raw(String(count))}
      )
      SELECT (SELECT count(*)::int FROM looked) AS read,
        (SELECT json_build_array(${markJson(kind)})::text FROM (SELECT * FROM looked AS r
          ORDER BY ${orderOf(kind, !down)} LIMIT 1) AS r) AS last,
        (SELECT count(*)::int FROM looked WHERE matches) AS matching,
        ${firstMatching(kind, down, wanted)} AS found`,
  );
  if (!row) throw new RangeError("a scan answers in one row");
  const last = readMarks(row.last)[0];
  const left = row.read === count && last && !isBeyond(slice, down, last.at) ? last : undefined;
  return { read: row.read, matching: row.matching, found: readMarks(row.found), left };
}
