import type postgres from "postgres";
import { type ContextReader, contextStatement } from "./context-statement.ts";
import { type DriverQuery, fire, type Handle, type Handler, isDriverQuery, makeQuery } from "./driver.ts";
import { firstWord } from "./writing-keyword.ts";

/** What the host does with transactions by hand, on the one connection that a handle stands for. */
export interface HandTransaction {
  open: boolean;
}

/**
 * Watches for a transaction that the host begins by a statement, and lets the context follow that. True while
 * one is open: a write is then in it, with the context, and needs nothing more.
 */
export function followByHand(
  handle: Handle,
  query: DriverQuery,
  annals: ContextReader,
  state: HandTransaction,
): boolean {
  const text = query.strings[0] ?? "";
  const word = firstWord(text);
  if (word === "begin" || word === "start") {
    // Several statements in one text may end it, too.
    state.open = !/\b(?:commit|end|rollback|abort)\b[\s;]*$/i.test(text);
    sendContextBehind(handle, query, annals);
    return true;
  }
  const ends = word === "commit" || word === "end" || word === "abort" || word === "rollback";
  if (ends && !/^[^;]*\bto\b/i.test(text)) state.open = false;
  return state.open;
}

function sendContextBehind(handle: Handle, query: DriverQuery, annals: ContextReader): void {
  const context = annals.context();
  if (!context) return;
  const statement = contextStatement(context);
  const send = query.handler;
  const sendBoth = (own: DriverQuery, late: string | undefined) => {
    send(own);
    if (late !== undefined) fire(makeQuery(handle, late));
  };
  const handler: Handler = (own) => {
    if (statement instanceof Promise) statement.then((late) => sendBoth(own, late)).catch(own.reject);
    else sendBoth(own, statement);
  };
  handler.debug = send.debug;
  query.handler = handler;
}

/** A connection from `reserve`, on which the host begins transactions itself. */
export function wrapReserved<T extends postgres.ReservedSql>(reserved: T, annals: ContextReader): T {
  const state: HandTransaction = { open: false };
  const follow = (query: unknown) => {
    if (isDriverQuery(query)) followByHand(reserved, query, annals, state);
    return query;
  };
  return new Proxy(reserved, {
    apply: (target, _self, args) => follow(Reflect.apply(target as never, undefined, args)),
    get(target, name) {
      if (name === "unsafe") return (...args: Parameters<Handle["unsafe"]>) => follow(target.unsafe(...args));
      return Reflect.get(target, name);
    },
  });
}
