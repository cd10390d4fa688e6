import type { Readable } from "node:stream";
import type postgres from "postgres";
import type { Snapshot, SnapshotSource } from "../../executor.ts";
import type { DriverQuery } from "./driver.ts";
import { type AnySql, executorOf, inlineValues, type SqlHandle } from "./postgres-js.ts";

/** A postgres.js client as something to read snapshots from. Each keeps a connection of the pool until it is closed. */
export function snapshotsOf(sql: AnySql): SnapshotSource {
  return { openSnapshot: () => openSnapshot(sql) };
}

type Statement = DriverQuery & { cancel(): Promise<void> | null };

async function openSnapshot(sql: AnySql): Promise<Snapshot> {
  const { tx, end } = await begin(sql);
  let atWork: { statement: Statement; rows?: Readable } | undefined;
  let cancelled = false;
  const watched: SqlHandle = {
    typed: (value, type) => tx.typed(value as never, type),
    unsafe(text, values, options) {
      const query = tx.unsafe(text, values, options);
      atWork = { statement: query as unknown as Statement };
      return query as never;
    },
  };
  return {
    query: executorOf(watched).query,
    async *copyOut(select, values) {
      if (cancelled) throw new Error("This snapshot was cancelled.");
      const query = tx.unsafe(`COPY (${inlineValues(select, values)}) TO STDOUT`);
      const statement = query as unknown as Statement;
      atWork = { statement };
      const rows = await query.readable();
      atWork = { statement, rows };
      // An error that comes while nobody reads is met by the next who does.
      rows.on("error", () => {});
      if (cancelled) await drain(rows);
      yield* piecesOf(rows);
    },
    async cancel() {
      cancelled = true;
      if (!atWork) return;
      const { statement, rows } = atWork;
      if (rows ? rows.closed : !statement.active) return;
      // The driver takes a statement for done as soon as it has handed out the stream of its rows.
      statement.active = true;
      // A server that cannot be reached for this sends no rows either, or all that are left.
      await statement.cancel()?.catch(() => {});
      if (rows) await drain(rows);
      else await statement.catch(() => {});
    },
    close: end,
  };
}

/**
 * Begins a transaction that stays open until `end`. By `begin` and not by `reserve`: see driver.ts. A snapshot on a
 * standby needs no more than this; on a primary it keeps what is deleted meanwhile from being vacuumed.
 */
async function begin(sql: AnySql): Promise<{ tx: postgres.TransactionSql; end(): Promise<void> }> {
  let release = () => {};
  let isLost = false;
  let over: Promise<unknown> = Promise.resolve();
  const tx = await new Promise<postgres.TransactionSql>((resolve, reject) => {
    over = sql.begin("isolation level repeatable read read only", (handle) => {
      resolve(handle as postgres.TransactionSql);
      return new Promise<void>((done) => {
        release = done;
      });
    });
    over.catch((error) => {
      isLost = true;
      reject(error);
    });
  });
  return {
    tx,
    async end() {
      // A connection breaks a moment before that is known.
      await new Promise(setImmediate);
      // On one that is gone the driver's COMMIT would end the process.
      if (!isLost) release();
      // Nothing was written: where the connection is gone or a statement failed, nothing is left to be undone.
      await over.catch(() => {});
    },
  };
}

/** What has come, piece by piece. Unlike the stream's own iterator it does not end the stream of whoever leaves early. */
async function* piecesOf(rows: Readable): AsyncGenerator<Uint8Array> {
  let wake = () => {};
  for (const event of ["readable", "end", "close"]) rows.on(event, () => wake());
  for (;;) {
    const piece: Buffer | null = rows.read();
    if (piece !== null) yield piece;
    else if (rows.errored) throw rows.errored;
    else if (rows.readableEnded) return readOn(rows);
    else
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
  }
}

/** Takes what still comes and throws it away: a server that waits for its rows to be taken looks for no cancellation. */
async function drain(rows: Readable): Promise<void> {
  if (rows.closed) return;
  rows.removeAllListeners("readable");
  rows.resume();
  await new Promise((resolve) => rows.once("close", resolve));
  readOn(rows);
}

/**
 * Where the last rows came faster than they were taken, the driver (3.4.9) has paused its socket and never goes on: the
 * answer to the next statement would not be read. A stream that asks for more is what makes it go on.
 */
function readOn(rows: Readable): void {
  rows._read(0);
}
