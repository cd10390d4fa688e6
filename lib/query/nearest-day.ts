import { sql } from "drizzle-orm";
import type { Executor } from "../executor.ts";
import { formatInstant, toMicros } from "../fields/instant.ts";
import type { Definition } from "../records/define.ts";
import type { Confined } from "./confine.ts";
import type { Extent, Span } from "./reach.ts";
import { countByRollups } from "./rollups/count-by-rollups.ts";
import type { Slice } from "./slice.ts";

const day = 86_400_000_000n;

/**
 * Where in a slice the search most likely finds its next rows: the edge of the nearest UTC day of which the
 * rollups hold any. Only a hint where to cut: what lies before it is looked through all the same. Undefined where
 * the rollups cannot tell, or hold none.
 */
export async function nearestDay(
  db: Executor,
  definition: Definition,
  search: Confined,
  extent: Extent,
  { from, to }: Slice,
  down: boolean,
): Promise<string | undefined> {
  const days: Span[] = [];
  const start = toMicros(from) - (toMicros(from) % day);
  for (let at = start; at < toMicros(to); at += day) {
    days.push({ from: formatInstant(at), to: formatInstant(at + day) });
  }
  const pick = sql`SELECT * FROM counted`;
  const counted = await countByRollups(db, definition, extent, { search, spans: days, pick });
  const buckets = (counted ?? []).filter(({ n }) => Number(n) > 0).map(({ bucket }) => bucket);
  if (buckets.length === 0) return undefined;
  const nearest = days[(down ? Math.max(...buckets) : Math.min(...buckets)) - 1];
  return down ? nearest?.to : nearest?.from;
}
