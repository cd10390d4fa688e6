import type { Viewer } from "../access/viewer.ts";
import type { Executor } from "../executor.ts";
import type { Definition, Kind } from "../records/define.ts";
import type { RecordRow } from "../records/kinds.ts";
import type { Search } from "./search.ts";

export interface Page<K extends Kind> {
  /** In the order of the sort. Bulky fields are null in lists, and `changes` is where it is over 2 kB. */
  rows: RecordRow<K>[];
  /** The neighbouring pages as searches, for `formatSearch`; absent at the ends. */
  newer?: Search;
  older?: Search;
  /** The head when the first page was read: no page shows a row numbered above it. */
  bound: string;
}

/**
 * One page of a list. Files what waits in the outbox first (5,000 rows or 200 ms at most), so that readers
 * see what they have just written.
 *
 * @throws AnnalsError FORBIDDEN without the right to view this kind
 */
export async function listRecords<K extends Kind>(
  db: Executor,
  viewer: Viewer,
  definition: Definition<K>,
  search: Search,
  options: { file?: boolean } = {},
): Promise<Page<K>> {
  throw new Error(`not yet ${db} ${viewer.id} ${definition.kind} ${search.kind} ${options.file}`);
}
