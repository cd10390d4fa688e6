/**
 * All that the library knows of a database: run one parametrised statement, get its rows as objects.
 *
 * `text` uses `$1 … $n`; values are passed as they are, and a plain string is always safe for `json`,
 * `timestamptz` and `bigint` parameters. Implementations must reject with the driver's own error.
 */
export interface Executor {
  query<Row = Record<string, unknown>>(text: string, values?: readonly unknown[]): Promise<Row[]>;
}

/** One state of a database on one connection: what others commit meanwhile is not in it. Nothing can be written. */
export interface Snapshot extends Executor {
  /**
   * The rows of a SELECT in the text format of PostgreSQL's `COPY … TO STDOUT`, in pieces of any length. No more is
   * read from the server than is taken here; whoever leaves early has to `cancel`.
   */
  copyOut(select: string, values: readonly unknown[]): AsyncIterable<Uint8Array>;
  /** Ends the statement that is at work, if there is one, and waits for its end. No rows are to be had any more. */
  cancel(): Promise<void>;
  /** Gives the connection back. */
  close(): Promise<void>;
}

/** A database that can be read in snapshots. */
export interface SnapshotSource {
  openSnapshot(): Promise<Snapshot>;
}
