import type postgres from "postgres";

// What postgres.js 3 keeps to itself and this adapter uses. All of it carries `sql.begin` too, and has been as it
// is since 3.0 (2022). `sql.reserve` is public and would do, were it not that, tried with 3.4.9, it
//  - is never served while 50 readers keep a pool of 5 busy (`begin` is: 13 ms),
//  - hangs on a cold pool with `fetch_types: false`, and takes the connection with it,
//  - makes `sql.end()` hang when it is called before `release()`, and
//  - hands a connection back that has been closed, so that the next statement ends the process.

/** A statement, from a tagged template or `unsafe`; not sent before it is awaited, and then by its handler. */
export interface DriverQuery extends Promise<unknown> {
  readonly strings: readonly string[];
  readonly args: readonly unknown[];
  handler: Handler;
  /** True once it has been given to its handler. */
  executed: boolean;
  active: boolean;
  cancelled: unknown;
  cursorFn?: unknown;
  /** True from the asking for parameter types until the statement itself has been written. */
  describeFirst: unknown;
  parameters: unknown[] | undefined;
  /** Gives it to its handler. */
  execute(): unknown;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

export interface Handler {
  (query: DriverQuery): unknown;
  debug?: unknown;
}

/** A connection of the pool. */
export interface DriverConnection {
  /** Writes a statement behind those that are on their way. False: let this one end before the next. */
  execute(query: DriverQuery): unknown;
  /** While it is set the pool gives the connection to nobody else; called when it is idle inside a transaction. */
  reserved: (() => void) | null;
  onclose: ((error: unknown) => void) | null;
}

/** Any handle of postgres.js on which statements can be made. */
export interface Handle {
  unsafe(text: string, values?: never[], options?: object): postgres.PendingQuery<postgres.Row[]>;
}

export function makeQuery(handle: Handle, text: string, options?: object): DriverQuery {
  return handle.unsafe(text, [], options) as unknown as DriverQuery;
}

/** Is this what a postgres.js makes that has what is used here? */
export function isDriverQuery(value: unknown): value is DriverQuery {
  const query = value as Partial<DriverQuery> | null | undefined;
  return (
    value instanceof Promise &&
    typeof query?.handler === "function" &&
    query.executed === false &&
    Array.isArray(query.strings)
  );
}

/** Sends a statement whose end nobody waits for: what goes wrong with it goes wrong with those that follow. */
export function fire(query: DriverQuery): void {
  query.catch(() => {});
}

/** The same, but given to its handler now and not after a turn: nothing comes between it and what is sent next. */
export function fireAtOnce(query: DriverQuery): void {
  query.executed = true;
  fire(query);
  query.handler(query);
}
