import type { Executor } from "../executor.ts";

export interface CatchUpOptions {
  /** About so many captured rows a batch, which is one transaction. */
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
  let total = 0;
  do {
    const taken = await relayOnce(db, maxRows);
    if (taken === 0) break;
    total += taken;
  } while (performance.now() < deadline);
  return total;
}

/** One batch: how many rows of the outbox it took. */
export async function relayOnce(db: Executor, maxRows: number): Promise<number> {
  const [row] = await db.query("select annals.relay($1) as taken", [maxRows]);
  // By position: a host's client may be set to rename columns.
  return Number(Object.values(row ?? {})[0]);
}
