import { sql } from "drizzle-orm";
import type { Viewer } from "../access/viewer.ts";
import type { Executor } from "../executor.ts";
import type { Definition } from "../records/define.ts";
import { confine } from "./confine.ts";
import { reachOf, readExtent, withinReach } from "./reach.ts";
import { countByRollups } from "./rollups/count-by-rollups.ts";
import { spanOfSearch } from "./rollups/span-of-search.ts";
import { run } from "./run.ts";
import type { Search } from "./search.ts";
import { recordsOf } from "./tables.ts";
import { allOf, filtersOf } from "./where.ts";

/** `capped`: there are more than `count`, to be shown as "10,000+". */
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
): Promise<Count> {
  const mine = confine(viewer, definition, search);
  const extent = await readExtent(db, definition);
  const { span, bound } = reachOf(extent, search.window, search.bound);
  if (!span) return { count: 0, capped: false };
  const question = { search: mine, spans: [spanOfSearch(span, search)], pick: sql`SELECT * FROM counted` };
  const rolled = await countByRollups(db, definition, extent, question);
  if (rolled) return { count: Number(rolled[0]?.n ?? 0), capped: false };
  const where = [...withinReach(definition, span, bound), ...filtersOf(definition, mine)];
  const rows = await run<{ found: string }>(
    db,
    sql`SELECT count(*)::text AS found FROM (
      SELECT FROM ${recordsOf(definition.kind)} WHERE ${allOf(where)} LIMIT ${countCap + 1}
    ) AS capped`,
  );
  return capCount(Number(rows[0]?.found));
}

export function capCount(found: number): Count {
  return { count: Math.min(found, countCap), capped: found > countCap };
}
