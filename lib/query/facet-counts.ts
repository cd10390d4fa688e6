import type { Viewer } from "../access/viewer.ts";
import type { Executor } from "../executor.ts";
import type { Definition } from "../records/define.ts";
import type { Search } from "./search.ts";

export interface FacetValue {
  /** As stored; `''` is the empty ones (the word `none`). */
  value: string;
  /** From the definition, or an actor's newest label; else the value. */
  label: string;
  count: number;
}

export interface Facet {
  /** Name of the field in the definition. */
  field: string;
  /** The 20 most frequent, most frequent first; those chosen in the search are always among them. */
  values: FacetValue[];
  /** There are more values than these. */
  more: boolean;
}

/** Counts for the filter panel, within the window; a facet ignores its own filter, so its siblings stay. */
export async function facetCounts(
  db: Executor,
  viewer: Viewer,
  definition: Definition,
  search: Search,
): Promise<Facet[]> {
  throw new Error(`not yet ${db} ${viewer.id} ${definition.kind} ${search.kind}`);
}
