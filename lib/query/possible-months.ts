import { sql } from "drizzle-orm";
import type { Executor } from "../executor.ts";
import { formatInstant, toMicros } from "../fields/instant.ts";
import type { Definition } from "../records/define.ts";
import type { Confined } from "./confine.ts";
import { periodAt, stepPeriod } from "./period.ts";
import { type Extent, overlap, type Span } from "./reach.ts";
import { countByRollups } from "./rollups/count-by-rollups.ts";
import type { Slice } from "./slice.ts";

/**
 * Those of the slices in whose months (UTC) there can be a row of the search, by the rollups: of two values that are
 * common and never meet an index would have to go through all of both. A month that holds more than `most` is crowded.
 * Undefined where the rollups cannot tell.
 */
export async function possibleMonths(
  db: Executor,
  definition: Definition,
  search: Confined,
  extent: Extent,
  slices: readonly Slice[],
  most: number,
): Promise<Slice[] | undefined> {
  const months = monthsOf(slices);
  const pick = sql`SELECT * FROM counted`;
  const counted = await countByRollups(db, definition, extent, { search, spans: months, pick });
  if (!counted) return undefined;
  return slices.flatMap((slice): Slice[] => {
    const rows = counted.flatMap(({ bucket, n }) =>
      overlap(slice, months[bucket - 1] as Span) ? Number(n) : [],
    );
    const sum = rows.reduce((all, one) => all + one, 0);
    if (sum === 0) return [];
    if (sum > most) return [{ ...slice, crowded: true, density: undefined }];
    return [{ ...slice, expected: sum }];
  });
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
