import type { Viewer } from "../access/viewer.ts";
import type { Executor } from "../executor.ts";
import type { Definition } from "../records/define.ts";
import type { Search } from "./search.ts";

/** `capped`: there are more than `count`, to be shown as "10,000+". */
export interface Count {
  count: number;
  capped: boolean;
}

/** How many records the search finds: exact up to 10,000. */
export async function countRecords(
  db: Executor,
  viewer: Viewer,
  definition: Definition,
  search: Search,
): Promise<Count> {
  throw new Error(`not yet ${db} ${viewer.id} ${definition.kind} ${search.kind}`);
}
