import { sql } from "drizzle-orm";
import type { Viewer } from "../access/viewer.ts";
import type { Executor } from "../executor.ts";
import { definitions } from "../records/kinds.ts";
import { segment } from "../records/segment/table.ts";
import { confine, tenantsOf, viewableKinds } from "./confine.ts";
import { findRows } from "./find-rows.ts";
import { budget } from "./limits.ts";
import { plainSearch } from "./plain-search.ts";
import { readExtent } from "./reach.ts";
import { run } from "./run.ts";
import { instantText } from "./select-list.ts";

export interface Freshness {
  /** When the newest event was recorded, of those that the viewer may see; null while there is none. */
  newest: string | null;
  /** How many events were ever filed; null for a viewer who is confined to tenants. */
  filed: string | null;
}

/**
 * How old the newest event is, of whatever kind: a log that has stopped looks like a quiet day otherwise.
 *
 * @throws AnnalsError FORBIDDEN to whoever may view no record at all
 */
export async function freshness(db: Executor, viewer: Viewer): Promise<Freshness> {
  const seen = viewableKinds(viewer);
  if (tenantsOf(viewer) === null) {
    const [row] = await run<Freshness>(
      db,
      sql`SELECT head.seq::text AS filed,
        (SELECT ${instantText(sql`max(${segment.to_at})`)} FROM ${segment}) AS newest FROM annals.head`,
    );
    if (!row) throw new RangeError("annals.head is empty: the schema is damaged");
    return row;
  }
  const newest = await Promise.all(
    seen.map(async (kind) => {
      const mine = confine(viewer, definitions[kind], plainSearch(kind));
      const extent = await readExtent(db, definitions[kind]);
      const { found } = await findRows(db, definitions[kind], mine, extent, { wanted: 1, budgetMs: budget });
      return found[0]?.recorded_at ?? "";
    }),
  );
  return { newest: newest.sort().at(-1) || null, filed: null };
}
