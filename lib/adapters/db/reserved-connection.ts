import type postgres from "postgres";
import { type ContextReader, contextStatement } from "./context-statement.ts";
import { type DriverQuery, fire, type Handle, type Handler, isDriverQuery, makeQuery } from "./driver.ts";
import { firstWord } from "./writing-keyword.ts";

/** On a connection of its own the host begins transactions itself: the context follows its `begin`. */
export function wrapReserved<T extends postgres.ReservedSql>(reserved: T, annals: ContextReader): T {
  const follow = (query: unknown) => {
    const context = annals.context();
    if (!context || !isDriverQuery(query)) return query;
    if (!["begin", "start"].includes(firstWord(query.strings[0] ?? ""))) return query;
    const send = query.handler;
    const sendBoth = (own: DriverQuery, text: string | undefined) => {
      send(own);
      if (text !== undefined) fire(makeQuery(reserved, text));
    };
    const statement = contextStatement(context);
    const handler: Handler = (own) => {
      if (statement instanceof Promise) statement.then((late) => sendBoth(own, late)).catch(own.reject);
      else sendBoth(own, statement);
    };
    handler.debug = send.debug;
    query.handler = handler;
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
