import type { Executor } from "../executor.ts";
import { BatchSize } from "./batch-size.ts";
import { fileBatch } from "./file-batch.ts";

export interface CatchUpOptions {
  /** About so many captured rows a batch, which is one transaction. Fewer where a `statement_timeout` asks for it. */
  maxRows?: number;
  /** No batch is begun later than so many milliseconds after the first; a batch in hand is finished. */
  maxMs?: number;
}

/**
 * Files what waits in the outbox, batch by batch, until nothing is left, another relay is at work or the time
 * is up.
 *
 * @returns how many rows of the outbox were taken
 * @throws the database's error; the batches before it are filed
 */
export async function catchUp(
  db: Executor,
  { maxRows = 5000, maxMs = 200 }: CatchUpOptions = {},
): Promise<number> {
  const deadline = performance.now() + maxMs;
  const size = new BatchSize(maxRows);
  let total = 0;
  do {
    try {
      const { taken } = await fileBatch(db, size.rows);
      if (taken === 0) break;
      total += taken;
      size.grow();
    } catch (error) {
      if (!size.shrink(error)) throw error;
    }
  } while (performance.now() < deadline);
  return total;
}
