import { sql } from "drizzle-orm";
import type { Viewer } from "../access/viewer.ts";
import type { Executor } from "../executor.ts";
import type { Definition } from "../records/define.ts";
import { keysetOf } from "./keyset.ts";
import { type Reach, reachOfSearch, withinReach } from "./reach.ts";
import { requireView } from "./require-view.ts";
import { run } from "./run.ts";
import type { Search } from "./search.ts";
import { ofRow, recordsOf, tables } from "./tables.ts";
import { allOf, filtersOf } from "./where.ts";

/**
 * The numbers of the next newer and the next older record within a search, whether or not the record itself
 * is in it.
 *
 * @throws AnnalsError FORBIDDEN without the right to view this kind
 */
export async function findNeighbours(
  db: Executor,
  viewer: Viewer,
  definition: Definition,
  search: Search,
  row: { recorded_at: string; seq: string },
): Promise<{ newer?: string; older?: string }> {
  requireView(viewer, definition);
  const reach = await reachOfSearch(db, definition, search);
  const next = (sort: Search["sort"]) => findNext(db, definition, search, reach, { sort, row });
  const [newer, older] = await Promise.all([next("time"), next("-time")]);
  return { newer, older };
}

async function findNext(
  db: Executor,
  definition: Definition,
  search: Search,
  { span, bound }: Reach,
  { sort, row }: { sort: Search["sort"]; row: { recorded_at: string; seq: string } },
): Promise<string | undefined> {
  if (!span) return undefined;
  const number = ofRow(tables[definition.kind].seq);
  const cursor = { direction: "after", at: row.recorded_at, seq: row.seq } as const;
  const { conditions, order } = keysetOf(definition.kind, { sort, cursor });
  const where = [...withinReach(definition, span, bound), ...conditions, ...filtersOf(definition, search)];
  const [next] = await run<{ seq: string }>(
    db,
    sql`SELECT ${number}::text AS seq FROM ${recordsOf(definition.kind)} WHERE ${allOf(where)} ORDER BY ${order} LIMIT 1`,
  );
  return next?.seq;
}
