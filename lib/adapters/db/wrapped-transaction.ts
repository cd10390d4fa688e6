import type postgres from "postgres";
import type { OpenContext } from "../../context/open-context.ts";
import { type ContextReader, contextStatement } from "./context-statement.ts";
import {
  type DriverQuery,
  fire,
  fireAtOnce,
  type Handle,
  type Handler,
  isDriverQuery,
  makeQuery,
} from "./driver.ts";
import { insideTransaction } from "./open-transaction.ts";
import { writingKeywordOf } from "./writing-keyword.ts";

/** What the database knows of the context in the transaction that is running. */
interface TransactionState {
  context: OpenContext | undefined;
  statement: string | undefined;
}

type AnyHandle = Handle &
  ((...parts: never[]) => unknown) & { savepoint?(...args: unknown[]): Promise<unknown> };

/** `sql.begin` whose transaction carries the context of the caller, and of each write in it. */
export async function beginWrapped(
  sql: postgres.Sql,
  annals: ContextReader,
  args: unknown[],
): Promise<unknown> {
  const context = annals.context();
  // Before the transaction: a resolver may need a connection of the same pool.
  const statement = context && (await contextStatement(context));
  const fn = args.at(-1) as (tx: postgres.TransactionSql) => unknown;
  const body = (tx: postgres.TransactionSql) => {
    const state: TransactionState = { context: statement === undefined ? undefined : context, statement };
    // Not awaited: it is written together with the first statement.
    if (statement !== undefined) fire(makeQuery(tx, statement));
    return insideTransaction(sql.options, () => {
      const result = fn(wrapTransaction(tx as never, annals, state));
      return Array.isArray(result) ? Promise.all(result) : result;
    });
  };
  return args.length > 1 ? sql.begin(String(args[0]), body) : sql.begin(body);
}

/**
 * The handle of a transaction, whose writes carry the context that they are made in. It is sent again only where
 * it differs from the last one sent, right before the write.
 */
function wrapTransaction<T extends AnyHandle>(tx: T, annals: ContextReader, state: TransactionState): T {
  const attribute = (query: unknown) => {
    const context = annals.context();
    if (!context || context === state.context || !isDriverQuery(query)) return query;
    if (writingKeywordOf(query) === undefined) return query;
    query.handler = withContext(tx, query.handler, context, state);
    return query;
  };
  return new Proxy(tx, {
    apply: (target, _self, args) => attribute(Reflect.apply(target as never, undefined, args)),
    get(target, name) {
      if (name === "unsafe")
        return (...args: Parameters<Handle["unsafe"]>) => attribute(target.unsafe(...args));
      if (name === "savepoint") return (...args: unknown[]) => savepoint(target, annals, state, args);
      return Reflect.get(target, name);
    },
  });
}

function withContext(tx: Handle, send: Handler, context: OpenContext, state: TransactionState): Handler {
  const sendBehind = (query: DriverQuery, text: string | undefined) => {
    // Another statement may have sent the same meanwhile.
    if (text !== undefined && text !== state.statement) fireAtOnce(makeQuery(tx, text));
    if (text !== undefined) Object.assign(state, { context, statement: text });
    send(query);
  };
  const statement = contextStatement(context);
  const handler: Handler = (query) => {
    if (statement instanceof Promise) statement.then((late) => sendBehind(query, late)).catch(query.reject);
    else sendBehind(query, statement);
  };
  handler.debug = send.debug;
  return handler;
}

async function savepoint(
  tx: AnyHandle,
  annals: ContextReader,
  state: TransactionState,
  args: unknown[],
): Promise<unknown> {
  const before = { ...state };
  const wrapped = args.map((arg) =>
    typeof arg === "function" ? (inner: AnyHandle) => arg(wrapTransaction(inner, annals, state)) : arg,
  );
  try {
    return await tx.savepoint?.(...wrapped);
  } catch (error) {
    // Rolling back to a savepoint takes the setting back too.
    Object.assign(state, before);
    throw error;
  }
}
