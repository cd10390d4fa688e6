import type postgres from "postgres";
import { type DriverConnection, type DriverQuery, makeQuery } from "./driver.ts";

/** Takes a connection from the pool; `use` runs at once, before the pool can give it away again. */
export function leaseConnection(
  sql: postgres.Sql,
  use: (connection: DriverConnection) => void,
): Promise<DriverConnection | undefined> {
  return new Promise((resolve, reject) => {
    const onexecute = (connection: DriverConnection) => {
      use(connection);
      resolve(connection);
      // Nothing: the pool sends no more on this connection until it is idle, outside a transaction.
    };
    makeQuery(sql, "", { onexecute }).then(() => resolve(undefined), reject);
  });
}

/** Writes statements one behind the other, waiting only where the driver has to. */
export function sendTogether(connection: DriverConnection, queries: readonly DriverQuery[]): void {
  const waiting = [...queries];
  // Else the first `then` or `catch` on one of them would give it to the pool as well.
  for (const query of queries) query.executed = true;
  const sendNext = () => {
    const next = waiting.shift();
    if (!next) return true;
    if (connection.execute(next)) return true;
    // A statement with parameters that this connection sees for the first time: the driver asks for their types
    // and writes the statement when it has them. What follows it can go right behind.
    if (next.describeFirst && !next.cursorFn) whenDescribed(next, sendAll);
    return false;
  };
  const sendAll = () => {
    while (waiting.length > 0 && sendNext());
  };
  connection.reserved = () => {
    sendNext();
  };
  sendAll();
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
