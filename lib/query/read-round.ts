import type { Executor } from "../executor.ts";
import type { Definition } from "../records/define.ts";
import { type Extent, readExtent } from "./reach.ts";

// PostgreSQL: no such table.
const undefinedTable = "42P01";

/**
 * Runs a reading that names months by their tables, and once more with what there is now when one of them was
 * retired between the statement that told of it and the one that reads it.
 */
export async function readRound<T>(
  db: Executor,
  definition: Definition,
  extent: Extent,
  read: (extent: Extent) => Promise<T>,
): Promise<T> {
  try {
    return await read(extent);
  } catch (error) {
    if ((error as { code?: string }).code !== undefinedTable) throw error;
    // Numbered up to where it was: pages of one list must not differ in that.
    return read({ ...(await readExtent(db, definition)), head: extent.head });
  }
}
