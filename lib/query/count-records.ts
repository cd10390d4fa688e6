import { sql } from "drizzle-orm";
import type { Viewer } from "../access/viewer.ts";
import type { Executor } from "../executor.ts";
import type { Definition } from "../records/define.ts";
import { confine } from "./confine.ts";
import { countDirectly } from "./count-directly.ts";
import { budget } from "./limits.ts";
import { reachOf, readExtent } from "./reach.ts";
import { countByRollups } from "./rollups/count-by-rollups.ts";
import { spanOfSearch } from "./rollups/span-of-search.ts";
import type { Search } from "./search.ts";

/** `capped`: there are more than `count`, or may be, for the time was up; to be shown as "10,000+". */
export interface Count {
  count: number;
  capped: boolean;
}

export const countCap = 10_000;

/**
 * How many records the search finds, over all its pages: exact where the rollups can tell, else exact up to
 * 10,000. A further page counts what its first page counted: rows numbered above the bound are left out.
 *
 * @throws AnnalsError FORBIDDEN without the right to view this kind
 */
export async function countRecords(
  db: Executor,
  viewer: Viewer,
  definition: Definition,
  search: Search,
  { budgetMs = budget }: { budgetMs?: number } = {},
): Promise<Count> {
  const mine = confine(viewer, definition, search);
  const extent = await readExtent(db, definition);
  const { span } = reachOf(extent, search.window, search.bound);
  if (!span) return { count: 0, capped: false };
  const question = { search: mine, spans: [spanOfSearch(span, search)], pick: sql`SELECT * FROM counted` };
  const rolled = await countByRollups(db, definition, extent, question);
  if (rolled) return { count: Number(rolled[0]?.n ?? 0), capped: false };
  const { count, unfinished } = await countDirectly(db, definition, mine, extent, {
    most: countCap + 1,
    budgetMs,
  });
  return unfinished ? { count, capped: true } : capCount(count);
}

export function capCount(found: number): Count {
  return { count: Math.min(found, countCap), capped: found > countCap };
}
