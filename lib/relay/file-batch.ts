import { standbyServer } from "../errors.ts";
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

// Databases (as their executors) whose defaults make a transaction that is serializable, or may not write.
const apart = new WeakSet<Executor>();

/**
 * Files one batch of about `maxRows` captured rows. Where transactions are not READ COMMITTED or may not write by
 * default, from the second batch on in a transaction that is and may.
 *
 * @throws the database's error; nothing of this batch is filed then
 */
export async function fileBatch(db: Executor, maxRows: number, askArrived = false): Promise<Batch> {
  let first: unknown;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await tryBatch(db, maxRows, askArrived);
    } catch (error) {
      const { code = "" } = error as { code?: string };
      // In a transaction of the host's nothing can be tried again, and the first error says what happened.
      if (first !== undefined && code === "25P02") throw first;
      const isReadOnly = code === "25006" && !apart.has(db);
      if (isReadOnly) apart.add(db);
      if (code === "0A000" && apart.has(db) && (await isStandby(db))) throw standbyServer(undefined, error);
      if (!(isReadOnly || passing.includes(code)) || attempt === attempts) throw error;
      first = error;
    }
  }
}

/** On one no transaction may write, by whatever way it is begun. */
async function isStandby(db: Executor): Promise<boolean> {
  const [row] = await db.query("select pg_catalog.pg_is_in_recovery()");
  return Object.values(row ?? {})[0] === true;
}

async function tryBatch(db: Executor, maxRows: number, askArrived: boolean): Promise<Batch> {
  const began = performance.now();
  const [row] = await db.query(statement(db, askArrived), [maxRows]);
  // By position: a host's client may be set to rename columns.
  const values = Object.values(row ?? {});
  const [taken, isolation, seconds, arrived] = apart.has(db)
    ? [values[0], undefined, ...values.slice(1)]
    : values;
  if (isolation !== undefined && isolation !== "read committed") apart.add(db);
  return {
    taken: Number(taken),
    ms: seconds === undefined ? performance.now() - began : Number(seconds) * 1000,
    ...(arrived !== undefined && { arrived: Number(arrived) }),
  };
}

function statement(db: Executor, askArrived: boolean): string {
  if (apart.has(db)) return "call annals.relay_apart($1, null, null, null)";
  const relay =
    "select annals.relay($1) as taken, pg_catalog.current_setting('transaction_isolation') as isolation";
  // From left to right, so the clock is read when the batch is filed.
  const spent =
    "pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() operator(pg_catalog.-) pg_catalog.statement_timestamp()) as seconds";
  return askArrived ? `${relay}, ${spent}, annals.arrived()` : relay;
}
