import { sql } from "drizzle-orm";
import type { Executor } from "../executor.ts";
import type { Definition } from "../records/define.ts";
import type { Confined } from "./confine.ts";
import { budget } from "./limits.ts";
import { narrowingsOf } from "./narrow.ts";
import type { Period } from "./period.ts";
import { type Extent, reachOf, withinReach } from "./reach.ts";
import { countByRollups } from "./rollups/count-by-rollups.ts";
import { run } from "./run.ts";
import { cut, type Slice, slicesOf } from "./slice.ts";
import { Stride } from "./stride.ts";
import { ofRow, recordsOf, tables } from "./tables.ts";
import { toll } from "./toll.ts";
import { allOf, filtersOf } from "./where.ts";

/**
 * Exact counts of adjoining periods, in their order; from the rollups where they can tell. The buckets are cut
 * by the very instants that the links of the strip filter by, so a bar and the list behind it cannot disagree
 * about a day, whatever the database's own zone files say.
 *
 * What the rollups cannot tell is counted in the records, newest first, within the time of a page: null where that
 * did not reach.
 */
export async function countPeriods(
  db: Executor,
  definition: Definition,
  search: Confined,
  extent: Extent,
  periods: readonly Period[],
  { budgetMs = budget }: { budgetMs?: number } = {},
): Promise<(number | null)[]> {
  const [first, last] = [periods[0], periods.at(-1)];
  if (!first || !last) return [];
  const { span } = reachOf(extent, { from: first.from, to: last.to }, search.bound);
  if (!span) return periods.map(() => 0);
  const question = { search, spans: periods, pick: sql`SELECT * FROM counted` };
  const rolled = await countByRollups(db, definition, extent, question);
  if (rolled) return arrange(periods, rolled);
  return countOneByOne(db, definition, search, extent, periods, budgetMs);
}

/** Events that one statement counts in about 80 ms. */
const mostAtOnce = 100_000;

/** From the records, the newest first, until the time is up. */
async function countOneByOne(
  db: Executor,
  definition: Definition,
  search: Confined,
  extent: Extent,
  periods: readonly Period[],
  budgetMs: number,
): Promise<(number | null)[]> {
  const deadline = performance.now() + budgetMs;
  const { kind } = definition;
  const bound = search.bound ?? extent.head;
  const window = { ...search.window, from: periods[0]?.from ?? null, to: periods.at(-1)?.to ?? null };
  const plain = { ...search, window, sort: "-time", cursor: undefined } as const;
  const narrows = narrowingsOf(definition, search, extent)[0] ?? [];
  const filters = [...narrows, ...filtersOf(definition, search), toll(kind)];
  const at = ofRow(tables[kind].recorded_at);
  const starts = sql.join(
    periods.map(({ from }) => sql`${from}::timestamptz`),
    sql`, `,
  );
  const stride = new Stride(mostAtOnce);
  const counts = periods.map(() => 0);
  // Where no index narrows the search, all rows of a month are read.
  const months = slicesOf(extent, plain);
  let left = narrows.length > 0 ? months : months.flatMap(inPieces);
  let newest = left[0];
  for (let [first, ...others] = left; first; [first, ...others] = left) {
    const taken = stride.take([first, ...others], mostAtOnce, () => true);
    const span = { from: (taken.at(-1) ?? first).from, to: first.to };
    const where = allOf([...withinReach(definition, span, bound), ...filters]);
    const rows = await run<{ bucket: number; n: string }>(
      db,
      sql`SELECT width_bucket(seen.at, ARRAY[${starts}]) AS bucket, count(*)::text AS n
        FROM (SELECT ${at} AS at FROM ${recordsOf(kind)} WHERE ${where}
          LIMIT ${sql.raw(String(mostAtOnce + 1))}) AS seen GROUP BY 1`,
    );
    const read = rows.reduce((sum, { n }) => sum + Number(n), 0);
    if (read > mostAtOnce && taken.length > 1) {
      stride.shorten(1);
    } else if (read > mostAtOnce) {
      const pieces = inPieces(first);
      if (pieces.length < 2) break;
      left = [...pieces, ...others];
      newest = pieces[0];
    } else {
      for (const { bucket, n } of rows) counts[bucket - 1] = (counts[bucket - 1] ?? 0) + Number(n);
      stride.adapt(taken.length, read, 0, 1);
      left = left.slice(taken.length);
    }
    // The newest are counted in any case.
    if (left[0] !== newest && performance.now() >= deadline) break;
  }
  const [next, oldest] = [left[0], left.at(-1)];
  if (!next || !oldest) return counts;
  const isOpen = ({ from, to }: Period) => from < next.to && to > oldest.from;
  return counts.map((count, place) => (isOpen(periods[place] as Period) ? null : count));
}

/** A crowded month in parts that can be counted at once. */
function inPieces(slice: Slice): Slice[] {
  const parts = slice.rows > mostAtOnce ? cut(slice, true) : undefined;
  return parts ? parts.flatMap(inPieces) : [slice];
}

function arrange(periods: readonly Period[], rows: readonly { bucket: number; n: string }[]): number[] {
  const found = new Map(rows.map(({ bucket, n }) => [bucket, Number(n)]));
  return periods.map((_, at) => found.get(at + 1) ?? 0);
}
