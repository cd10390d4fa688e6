import type { Viewer } from "../access/viewer.ts";
import type { Executor } from "../executor.ts";
import { definitions, type RecordRow } from "../records/kinds.ts";
import { confine } from "./confine.ts";
import { findRows } from "./find-rows.ts";
import { budget } from "./limits.ts";
import { plainSearch } from "./plain-search.ts";
import { readExtent } from "./reach.ts";
import { type Sample, sampleOf, sampleSize } from "./sample.ts";
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
  const { exports: definition } = definitions;
  const mine = confine(viewer, definition, plainSearch("exports", { window }));
  const extent = await readExtent(db, definition);
  const walked = await findRows(db, definition, mine, extent, { wanted: sampleSize, budgetMs: budget });
  const sized = walked.found.filter((row) => row.record_count !== null || row.file_size !== null);
  const order = (one: RecordRow<"exports">, other: RecordRow<"exports">) =>
    Number(BigInt(other.record_count ?? -1) - BigInt(one.record_count ?? -1)) ||
    Number(BigInt(other.file_size ?? -1) - BigInt(one.file_size ?? -1));
  return sampleOf(walked, sized.sort(order).slice(0, shown));
}
