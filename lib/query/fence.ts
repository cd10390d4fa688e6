import { type SQL, sql } from "drizzle-orm";
import type { Executor } from "../executor.ts";
import { behind, type Mark } from "./keyset.ts";
import { firstMatching, keyList, readMarks } from "./marks.ts";
import { withinReach, withinSpan } from "./reach.ts";
import { run } from "./run.ts";
import type { Quest } from "./scan.ts";
import type { Slice } from "./slice.ts";
import { monthOf, recordsOf } from "./tables.ts";
import { toll } from "./toll.ts";
import { allOf } from "./where.ts";

export interface Fenced {
  /** How many rows have what the index knows of the search. Above the limit nothing is certain. */
  candidates: number;
  /** The first that match. */
  found: Mark[];
  /** The place of the last slice that candidates were seen of. */
  last: number;
}

/**
 * Looks whole slices through by their indexes. The planner sees `candidates` by itself, behind a fence: neither
 * the order nor the limit can tempt it to read the month row by row in the hope of an early end. Still only as
 * many candidates are fetched as are asked for.
 *
 * A month is read from its own table, without any condition on time that an index could answer: where there are
 * no statistics, that would look like the best of all. The rest of the month is told apart afterwards.
 */
export async function fence(
  db: Executor,
  { definition, down, bound, filters, limits }: Quest,
  narrows: readonly SQL[],
  slices: readonly Slice[],
  wanted: number,
): Promise<Fenced> {
  const { kind } = definition;
  const parts = slices.map((slice, at) => {
    const { partition, partial, place } = slice;
    const source = partition === null ? recordsOf(kind) : monthOf(partition);
    const spanned = partition === null || partial ? withinSpan(definition, slice) : [];
    const ahead = place ? [behind(kind, down, place)] : [];
    const matches = [...withinReach(definition, slice, bound), ...ahead, ...filters];
    return sql`SELECT ${keyList(kind)}, ${sql.raw(String(at))} AS part, ${allOf(matches)} AS matches FROM ${source}
      WHERE ${allOf([...narrows, ...spanned, toll(kind)])}`;
  });
  const [row] = await run<{ candidates: number; found: string | null; last: number | null }>(
    db,
    sql`WITH candidates AS MATERIALIZED (${sql.join(parts, sql` UNION ALL `)}), looked AS MATERIALIZED (SELECT * FROM candidates LIMIT ${sql.raw(String(limits.candidates + 1))})
      SELECT (SELECT count(*)::int FROM looked) AS candidates, (SELECT max(part) FROM looked) AS last, ${firstMatching(kind, down, wanted)} AS found`,
  );
  if (!row) throw new RangeError("a fence answers in one row");
  return { candidates: row.candidates, found: readMarks(row.found), last: row.last ?? 0 };
}
