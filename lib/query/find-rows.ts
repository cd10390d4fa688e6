import { sql } from "drizzle-orm";
import type { Executor } from "../executor.ts";
import type { Definition, Kind } from "../records/define.ts";
import type { RecordRow } from "../records/kinds.ts";
import { lookByIndex } from "./by-index.ts";
import type { Confined } from "./confine.ts";
import { isInOrder, readInOrder } from "./in-order.ts";
import { goesDown, keyOf, type Mark } from "./keyset.ts";
import { type Limits, limits as standard } from "./limits.ts";
import { narrowingsOf } from "./narrow.ts";
import { nearestDay } from "./nearest-day.ts";
import { possibleMonths } from "./possible-months.ts";
import { type Extent, justAfter, withinSpan } from "./reach.ts";
import { readRound } from "./read-round.ts";
import { run } from "./run.ts";
import { readRows, selectList } from "./select-list.ts";
import { type Slice, slicesOf } from "./slice.ts";
import { recordsOf } from "./tables.ts";
import { type Walked, walk } from "./walk.ts";
import { filtersOf } from "./where.ts";

/**
 * The first rows of a search from its cursor on, in the direction of the cursor: by the index that has them in
 * order, else by a walk through the months.
 */
export async function findRows<K extends Kind>(
  db: Executor,
  definition: Definition<K>,
  search: Confined,
  extent: Extent,
  { wanted, budgetMs, limits = standard }: { wanted: number; budgetMs: number; limits?: Limits },
): Promise<Walked<RecordRow<K>>> {
  if (search.tenants?.length === 0) return { found: [] };
  const down = goesDown(search);
  const bound = search.bound ?? extent.head;
  const nearest = (slice: Slice) => nearestDay(db, definition, search, extent, slice, down);
  const possible = (slices: readonly Slice[]) =>
    possibleMonths(db, definition, search, extent, slices, limits.candidates);
  const filters = filtersOf(definition, search);
  // Nobody acts for others as a habit.
  const rare =
    search.filters.impersonator?.negated === false && search.filters.impersonator.words.length === 0;
  const quest = { definition, down, bound, filters, limits, rare, nearest, possible };
  const way = { wanted, down, budgetMs };
  return readRound(db, definition, extent, async (present) => {
    const slices = slicesOf(present, search);
    if (isInOrder(search)) return walk(slices, way, readInOrder<K>(db, quest));
    const narrowings = narrowingsOf(definition, search, present);
    const { found, stop } = await walk(slices, way, lookByIndex(db, quest, narrowings));
    return { found: await readMarked(db, definition, found), stop };
  });
}

/** The rows at these places, in their order. One by one, so that no plan can read more than these. */
async function readMarked<K extends Kind>(
  db: Executor,
  definition: Definition<K>,
  marks: readonly Mark[],
): Promise<RecordRow<K>[]> {
  const instants = marks.map(({ at }) => at).sort();
  const [first, last] = [instants[0], instants.at(-1)];
  if (!first || !last) return [];
  const [at, seq] = keyOf(definition.kind);
  const span = withinSpan(definition, { from: first, to: justAfter(last) });
  const lists = [marks.map((mark) => mark.at), marks.map((mark) => mark.seq)].map(
    (list) => `{${list.join()}}`,
  );
  const rows = await run<Record<string, unknown>>(
    db,
    sql`SELECT ${selectList(definition, "list")}
      FROM unnest(${lists[0]}::timestamptz[], ${lists[1]}::bigint[]) WITH ORDINALITY AS mark (at, seq, place)
      CROSS JOIN LATERAL (SELECT * FROM ${recordsOf(definition.kind)}
        WHERE ${at} = mark.at AND ${seq} = mark.seq AND ${sql.join(span, sql` AND `)} LIMIT 1) AS r
      ORDER BY mark.place`,
  );
  return readRows(definition.kind, rows);
}
