import type { Viewer } from "../access/viewer.ts";
import type { Executor } from "../executor.ts";
import type { Definition, Kind } from "../records/define.ts";
import type { RecordRow } from "../records/kinds.ts";
import { confine } from "./confine.ts";
import { findRows } from "./find-rows.ts";
import { budget } from "./limits.ts";
import { plainSearch } from "./plain-search.ts";
import { readExtent } from "./reach.ts";
import type { Window } from "./search.ts";

/** What was found among the newest records of a window, where there is nothing that counts them all. */
export interface Sample<Found> {
  found: Found[];
  /** How many records were looked at. */
  looked: number;
  /** There are older ones in the window, before this instant, that were not looked at. */
  lookedBackTo?: string;
}

const sampleSize = 1000;

/**
 * The newest 1,000 records of a window that the viewer may see, and what `digest` makes of them.
 *
 * @throws AnnalsError FORBIDDEN without the right to view this kind of record
 */
export async function readSample<K extends Kind, Found>(
  db: Executor,
  viewer: Viewer,
  definition: Definition<K>,
  { window, filters }: { window: Pick<Window, "from" | "to">; filters?: Record<string, readonly string[]> },
  digest: (rows: RecordRow<K>[]) => Found[],
): Promise<Sample<Found>> {
  const mine = confine(viewer, definition, plainSearch(definition.kind, { window, filters }));
  const extent = await readExtent(db, definition);
  const { found: rows, stop } = await findRows(db, definition, mine, extent, {
    wanted: sampleSize,
    budgetMs: budget,
  });
  const end = rows.length >= sampleSize ? rows.at(-1)?.recorded_at : stop?.at;
  return { found: digest(rows), looked: rows.length, ...(end !== undefined && { lookedBackTo: end }) };
}
