import type { Viewer } from "../access/viewer.ts";
import type { Executor } from "../executor.ts";
import type { Definition, Kind } from "../records/define.ts";
import type { RecordRow } from "../records/kinds.ts";
import type { Search } from "./search.ts";

/** One whole record by its ledger number, or undefined. */
export async function findRecord<K extends Kind>(
  db: Executor,
  viewer: Viewer,
  definition: Definition<K>,
  seq: string,
): Promise<RecordRow<K> | undefined> {
  throw new Error(`not yet ${db} ${viewer.id} ${definition.kind} ${seq}`);
}

/** The numbers of the next newer and older record within a search. */
export async function findNeighbours(
  db: Executor,
  viewer: Viewer,
  definition: Definition,
  search: Search,
  row: { recorded_at: string; seq: string },
): Promise<{ newer?: string; older?: string }> {
  throw new Error(`not yet ${db} ${viewer.id} ${definition.kind} ${search.kind} ${row.seq}`);
}
