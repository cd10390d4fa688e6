import { sql } from "drizzle-orm";
import type { Executor } from "../executor.ts";
import type { Definition } from "../records/define.ts";
import type { Confined } from "./confine.ts";
import { narrowingsOf } from "./narrow.ts";
import { type Extent, withinReach, withinSpan } from "./reach.ts";
import { readRound } from "./read-round.ts";
import { run } from "./run.ts";
import { slicesOf } from "./slice.ts";
import { Stride } from "./stride.ts";
import { monthOf, recordsOf } from "./tables.ts";
import { toll } from "./toll.ts";
import { allOf, filtersOf } from "./where.ts";

export interface Counted {
  /** At most `most`. */
  count: number;
  /** Months were left when the time was up. */
  unfinished: boolean;
}

/**
 * Counts what a search finds, newest month first, until there are `most` or the time is up: in each month by
 * whatever looks at the fewest rows, several months in one statement where they hold little.
 */
export function countDirectly(
  db: Executor,
  definition: Definition,
  search: Confined,
  extent: Extent,
  limits: { most: number; budgetMs: number },
): Promise<Counted> {
  return readRound(db, definition, extent, (present) =>
    countThrough(db, definition, search, present, limits),
  );
}

async function countThrough(
  db: Executor,
  definition: Definition,
  search: Confined,
  extent: Extent,
  { most, budgetMs }: { most: number; budgetMs: number },
): Promise<Counted> {
  const deadline = performance.now() + budgetMs;
  let isLate = false;
  const { kind } = definition;
  const bound = search.bound ?? extent.head;
  const narrows = narrowingsOf(definition, search, extent)[0] ?? [];
  const filters = filtersOf(definition, search);
  const stride = new Stride(most);
  let count = 0;
  let [first, ...others] = slicesOf(extent, { ...search, sort: "-time", cursor: undefined });
  while (first && count < most) {
    if (isLate) return { count, unfinished: true };
    const taken = stride.take([first, ...others], most - count, () => true);
    const parts = taken.map((slice) => {
      const source = slice.partition === null ? recordsOf(kind) : monthOf(slice.partition);
      const spanned = slice.partition === null ? withinSpan(definition, slice) : [];
      const within = withinReach(definition, slice, bound);
      return sql`(SELECT FROM ${source} WHERE ${allOf([...spanned, ...narrows, ...filters, ...within, toll(kind)])})`;
    });
    const [row] = await run<{ found: number }>(
      db,
      sql`SELECT count(*)::int AS found FROM (${sql.join(parts, sql` UNION ALL `)} LIMIT ${sql.raw(String(most - count))}) AS counted`,
    );
    const found = row?.found ?? 0;
    stride.adapt(taken.length, found, found, most - count);
    count += found;
    [first, ...others] = [first, ...others].slice(taken.length);
    isLate = performance.now() >= deadline;
  }
  return { count, unfinished: false };
}
