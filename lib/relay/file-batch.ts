import type { Executor } from "../executor.ts";

/** What one call of `annals.relay` did. */
export interface Batch {
  /** Rows of the outbox. */
  taken: number;
  /** What the server took for it, in milliseconds. */
  ms: number;
  /** The last number given out in the outbox, where it was asked for. */
  arrived?: number;
}

// Another transaction was in the way for a moment (a relay of another version, or a snapshot that the settings of
// the role made too old). All of the batch was undone, so it can be tried again.
const passing = ["40001", "40P01"];
const attempts = 3;

/**
 * Files one batch of about `maxRows` captured rows.
 *
 * @throws the database's error; nothing of this batch is filed then
 */
export async function fileBatch(db: Executor, maxRows: number, askArrived = false): Promise<Batch> {
  // From left to right, so the clock is read when the batch is filed.
  const text = askArrived
    ? "select annals.relay($1) as taken, date_part('epoch', clock_timestamp() - statement_timestamp()) as s, annals.arrived()"
    : "select annals.relay($1) as taken";
  let first: unknown;
  for (let attempt = 1; ; attempt += 1) {
    const began = performance.now();
    try {
      const [row] = await db.query(text, [maxRows]);
      // By position: a host's client may be set to rename columns.
      const [taken, seconds, arrived] = Object.values(row ?? {}).map(Number);
      const ms = seconds === undefined ? performance.now() - began : seconds * 1000;
      return { taken: taken ?? Number.NaN, ms, ...(arrived !== undefined && { arrived }) };
    } catch (error) {
      const { code = "" } = error as { code?: string };
      // In a transaction of the host's nothing can be tried again, and the first error says what happened.
      if (first !== undefined && code === "25P02") throw first;
      if (!passing.includes(code) || attempt === attempts) throw error;
      first = error;
    }
  }
}
