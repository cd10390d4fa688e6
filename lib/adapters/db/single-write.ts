import type postgres from "postgres";
import type { OpenContext } from "../../context/open-context.ts";
import { contextStatement } from "./context-statement.ts";
import { type DriverQuery, fireAtOnce, type Handler, makeQuery } from "./driver.ts";
import { leaseConnection } from "./lease-connection.ts";
import { refuseDeadlock } from "./open-transaction.ts";

/** Procedures and blocks that end transactions themselves, which they may not do inside ours. */
const selfContained = new Set<string>();

/** Where the outcome of a statement goes: what the host is waiting for. */
interface Outcome {
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/**
 * Gives a write outside any transaction one of its own that carries the context. `begin`, the context, the
 * statement and `commit` are written at once, so that together they take the one round trip of the statement
 * alone. The statement stays the object that it is, with all its modifiers; only its sending is taken over.
 */
export function attributeWrite(
  sql: postgres.Sql,
  query: DriverQuery,
  context: OpenContext,
  keyword: string,
): void {
  // Now, not when it is sent: that may be elsewhere, where the actor cannot be asked for any more.
  const statement = contextStatement(context);
  const send = query.handler;
  const canEndTransactions = keyword === "call" || keyword === "do";
  if (canEndTransactions && selfContained.has(query.strings.join("?"))) return;
  const handler: Handler = (own) => {
    const run = (text: string | undefined) => {
      if (text === undefined) return send(own);
      const host = takeOutcome(own);
      runTransaction(sql, own, text, {
        resolve: host.resolve,
        reject(error) {
          if (!canEndTransactions || codeOf(error) !== "2D000") return host.reject(error);
          if (selfContained.size < 1000) selfContained.add(own.strings.join("?"));
          Object.assign(own, { ...host, parameters: undefined });
          send(own);
        },
      });
    };
    try {
      refuseDeadlock(sql.options);
      if (statement instanceof Promise) statement.then(run).catch((error: unknown) => own.reject(error));
      else run(statement);
    } catch (error) {
      own.reject(error);
    }
  };
  handler.debug = send.debug;
  query.handler = handler;
}

/** The functions by which the driver settles the statement, to be called when its transaction has ended. */
function takeOutcome(query: DriverQuery): Outcome {
  if (!query.cursorFn) return { resolve: query.resolve, reject: query.reject };
  // A cursor that is iterated gives itself a new pair at every step: the last is the one to be called.
  const host = { resolve: query.resolve, reject: query.reject };
  const ours: Partial<Outcome> = {};
  for (const name of ["resolve", "reject"] as const) {
    Reflect.defineProperty(query, name, {
      configurable: true,
      get: () => ours[name] ?? host[name],
      set(value) {
        if (ours[name]) host[name] = value;
        else ours[name] = value;
      },
    });
  }
  return { resolve: (value) => host.resolve(value), reject: (error) => host.reject(error) };
}

function runTransaction(
  sql: postgres.Sql,
  query: DriverQuery,
  statement: string,
  host: Outcome,
  attempt = 0,
): void {
  let result: { value: unknown } | undefined;
  let committed = false;
  let beginFailed: { error: unknown } | undefined;
  // Without promises: these three are sent for every write of an application.
  const begin = makeQuery(sql, `begin; ${statement}`);
  begin.reject = (error) => {
    beginFailed = { error };
  };
  const commit = makeQuery(sql, "commit");
  commit.resolve = () => {
    committed = true;
    if (result) host.resolve(result.value);
  };
  // A deferred constraint fails here, after the statement has had its result.
  commit.reject = host.reject;
  query.resolve = (value) => {
    query.active = false;
    // `describe` is settled a second time when it ends; as with a promise, the first time counts.
    result ??= { value };
    if (committed) host.resolve(result.value);
  };
  query.reject = (error) => {
    query.active = false;
    // "Current transaction is aborted" says nothing: the reason is what failed before.
    host.reject(beginFailed && codeOf(error) === "25P02" ? beginFailed.error : error);
  };
  leaseConnection(sql, [begin, query, commit], {
    unavailable() {
      if (attempt < 2) runTransaction(sql, query, statement, host, attempt + 1);
      else inPublicTransaction(sql, query, statement, host);
    },
    failed: host.reject,
  });
}

/** The slow way, in four round trips, by what postgres.js promises to everybody. */
function inPublicTransaction(sql: postgres.Sql, query: DriverQuery, statement: string, host: Outcome): void {
  sql
    .begin(async (tx) => {
      const done = new Promise<unknown>((resolve, reject) => {
        query.resolve = resolve;
        query.reject = reject;
      });
      fireAtOnce(makeQuery(tx, statement));
      makeQuery(tx, "").handler(query);
      return { value: await done };
    })
    .then(({ value }) => host.resolve(value), host.reject);
}

function codeOf(error: unknown): unknown {
  return (error as { code?: unknown } | null | undefined)?.code;
}
