import type { Viewer } from "../access/viewer.ts";
import type { Executor } from "../executor.ts";
import type { Definition } from "../records/define.ts";
import { confine } from "./confine.ts";
import { findRows } from "./find-rows.ts";
import { budget } from "./limits.ts";
import { readExtent } from "./reach.ts";
import type { Search } from "./search.ts";

export interface Neighbours {
  newer?: string;
  older?: string;
  /** Sides on which the time was up before one was found: there may be one further on. */
  unknown?: readonly ("newer" | "older")[];
}

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
  { budgetMs = budget }: { budgetMs?: number } = {},
): Promise<Neighbours> {
  const mine = confine(viewer, definition, search);
  const extent = await readExtent(db, definition);
  const next = (sort: Search["sort"]) => {
    const cursor = { direction: "after", at: row.recorded_at, seq: row.seq } as const;
    return findRows(db, definition, { ...mine, sort, cursor }, extent, { wanted: 1, budgetMs });
  };
  const [newer, older] = await Promise.all([next("time"), next("-time")]);
  const sides = { newer, older };
  const unknown = (["newer", "older"] as const).filter((side) => sides[side].stop);
  return {
    newer: newer.found[0]?.seq,
    older: older.found[0]?.seq,
    unknown: unknown.length > 0 ? unknown : undefined,
  };
}
