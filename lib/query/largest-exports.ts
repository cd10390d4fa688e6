import type { Viewer } from "../access/viewer.ts";
import type { Executor } from "../executor.ts";
import { definitions, type RecordRow } from "../records/kinds.ts";
import { readSample, type Sample } from "./sample.ts";
import type { Window } from "./search.ts";

const shown = 10;

/**
 * The exports of the most rows, then of the most bytes: among the newest 1,000 of the window.
 *
 * @throws AnnalsError FORBIDDEN without the right to view data exports
 */
export async function largestExports(
  db: Executor,
  viewer: Viewer,
  window: Pick<Window, "from" | "to">,
): Promise<Sample<RecordRow<"exports">>> {
  return readSample(db, viewer, definitions.exports, { window }, (rows) =>
    rows
      .filter((row) => row.record_count !== null || row.file_size !== null)
      .sort(
        (one, other) =>
          compare(other.record_count, one.record_count) || compare(other.file_size, one.file_size),
      )
      .slice(0, shown),
  );
}

/** An unknown size is less than none. */
function compare(one: string | number | bigint | null, other: string | number | bigint | null): number {
  return Number(BigInt(one ?? -1) - BigInt(other ?? -1));
}
