import { sql } from "drizzle-orm";
import type { Executor } from "../executor.ts";
import { formatInstant, toMicros } from "../fields/instant.ts";
import type { Definition } from "../records/define.ts";
import type { Confined } from "./confine.ts";
import { periodAt, stepPeriod } from "./period.ts";
import type { Extent, Span } from "./reach.ts";
import { countByRollups } from "./rollups/count-by-rollups.ts";
import type { Slice } from "./slice.ts";

/**
 * Those of the slices in whose months (UTC) there can be a row of the search, by the rollups: of two values that are
 * common and never meet an index would have to go through all of both. Undefined where the rollups cannot tell.
 */
export async function possibleMonths(
  db: Executor,
  definition: Definition,
  search: Confined,
  extent: Extent,
  slices: readonly Slice[],
): Promise<Slice[] | undefined> {
  const months = monthsOf(slices);
  const pick = sql`SELECT * FROM counted`;
  const counted = await countByRollups(db, definition, extent, { search, spans: months, pick });
  if (!counted) return undefined;
  const some = counted.filter(({ n }) => Number(n) > 0).map(({ bucket }) => months[bucket - 1] as Span);
  return slices.filter(({ from, to }) => some.some((month) => from < month.to && to > month.from));
}

/** From the first to the last, without a gap. */
function monthsOf(slices: readonly Slice[]): Span[] {
  const first = slices.map(({ from }) => from).sort()[0];
  const last = slices
    .map(({ to }) => to)
    .sort()
    .at(-1);
  const months: Span[] = [];
  if (!first || !last) return months;
  const millis = Number(toMicros(first) / 1000n);
  for (let month = periodAt("UTC", millis, "month"); month.from < last; month = stepPeriod("UTC", month, 1))
    months.push({ from: formatInstant(toMicros(month.from)), to: formatInstant(toMicros(month.to)) });
  return months;
}
