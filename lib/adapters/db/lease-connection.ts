import type postgres from "postgres";
import { type DriverConnection, type DriverQuery, makeQuery } from "./driver.ts";

interface Refusal {
  /** The pool gave no connection to be leased; nothing was sent. Try again, or do it otherwise. */
  unavailable(): void;
  /** There is no connection, or the one that was leased is gone before everything was sent. */
  failed(error: unknown): void;
}

/**
 * Takes a connection from the pool and writes statements on it, one behind the other, waiting only where the
 * driver has to. The connection goes back by itself when it is idle outside a transaction.
 */
export function leaseConnection(sql: postgres.Sql, queries: readonly DriverQuery[], refusal: Refusal): void {
  let leased = false;
  const onexecute = (connection: DriverConnection) => {
    leased = true;
    sendTogether(connection, queries, refusal);
    // Nothing is returned: the pool then gives the connection to nobody else.
  };
  // What the pool is asked to send is empty: where the driver does not tell the connection (its socket is
  // congested, or a later version does it no more), nothing has happened yet.
  const probe = makeQuery(sql, "", { onexecute });
  probe.resolve = () => {
    if (!leased) refusal.unavailable();
  };
  probe.reject = (error) => {
    if (!leased) refusal.failed(error);
  };
  probe.execute();
}

function sendTogether(
  connection: DriverConnection,
  queries: readonly DriverQuery[],
  { failed }: Refusal,
): void {
  const [first] = queries;
  const waiting = queries.some((query) => query.cancelled) ? [] : [...queries];
  const sendNext = () => {
    const next = waiting.shift();
    if (!next) return true;
    // Else the first `then` on it would give it to the pool as well.
    next.executed = true;
    if (connection.execute(next)) return true;
    // A statement with parameters that this connection sees for the first time: the driver asks for their types
    // and writes the statement when it has them. What follows it can go right behind.
    if (next.describeFirst && !next.cursorFn) whenDescribed(next, sendAll);
    return false;
  };
  const sendAll = () => {
    while (waiting.length > 0 && sendNext());
  };
  if (!first || waiting.length === 0) return;
  connection.reserved = () => {
    sendNext();
  };
  sendAll();
  if (waiting.length === 0) return;
  connection.onclose = (error) => {
    // The driver rejects what it has been given, and knows nothing of the rest.
    if (waiting.length > 0) failed(error);
  };
}

function whenDescribed(query: DriverQuery, then: () => void): void {
  let describeFirst: unknown = true;
  Reflect.defineProperty(query, "describeFirst", {
    configurable: true,
    get: () => describeFirst,
    set(value: unknown) {
      describeFirst = value;
      if (!value) then();
    },
  });
}
