import { sql } from "drizzle-orm";
import type { Executor } from "../executor.ts";
import type { Definition } from "../records/define.ts";
import type { Confined } from "./confine.ts";
import { narrowingsOf } from "./narrow.ts";
import type { Period } from "./period.ts";
import { type Extent, reachOf, withinReach } from "./reach.ts";
import { countByRollups } from "./rollups/count-by-rollups.ts";
import { run } from "./run.ts";
import { ofRow, recordsOf, tables } from "./tables.ts";
import { toll } from "./toll.ts";
import { allOf, filtersOf } from "./where.ts";

/**
 * Exact counts of adjoining periods, in their order; from the rollups where they can tell. The buckets are cut
 * by the very instants that the links of the strip filter by, so a bar and the list behind it cannot disagree
 * about a day, whatever the database's own zone files say.
 */
export async function countPeriods(
  db: Executor,
  definition: Definition,
  search: Confined,
  extent: Extent,
  periods: readonly Period[],
): Promise<number[]> {
  const [first, last] = [periods[0], periods.at(-1)];
  if (!first || !last) return [];
  const { span, bound } = reachOf(extent, { from: first.from, to: last.to }, search.bound);
  if (!span) return periods.map(() => 0);
  const question = { search, spans: periods, pick: sql`SELECT * FROM counted` };
  const rolled = await countByRollups(db, definition, extent, question);
  if (rolled) return arrange(periods, rolled);
  const recordedAt = ofRow(tables[definition.kind].recorded_at);
  const starts = sql.join(
    periods.map(({ from }) => sql`${from}::timestamptz`),
    sql`, `,
  );
  const narrows = narrowingsOf(definition, search, extent)[0] ?? [];
  const filters = filtersOf(definition, search);
  const where = allOf([
    ...withinReach(definition, span, bound),
    ...narrows,
    ...filters,
    toll(definition.kind),
  ]);
  const rows = await run<{ bucket: number; n: string }>(
    db,
    sql`SELECT width_bucket(${recordedAt}, ARRAY[${starts}]) AS bucket, count(*)::text AS n
      FROM ${recordsOf(definition.kind)} WHERE ${where} GROUP BY 1`,
  );
  return arrange(periods, rows);
}

function arrange(periods: readonly Period[], rows: readonly { bucket: number; n: string }[]): number[] {
  const found = new Map(rows.map(({ bucket, n }) => [bucket, Number(n)]));
  return periods.map((_, at) => found.get(at + 1) ?? 0);
}
