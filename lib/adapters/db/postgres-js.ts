import type postgres from "postgres";
import { AnnalsError, requireUsage } from "../../errors.ts";
import type { Executor } from "../../executor.ts";
import { type ContextReader, contextStatement } from "./context-statement.ts";
import { isDriverQuery } from "./driver.ts";
import { refuseDeadlock } from "./open-transaction.ts";
import { followByHand, type HandTransaction, wrapReserved } from "./reserved-connection.ts";
import { quoteLiteral } from "./set-context.ts";
import { attributeWrite } from "./single-write.ts";
import { beginWrapped } from "./wrapped-transaction.ts";
import { writingKeywordOf } from "./writing-keyword.ts";

/** A client of postgres.js, whatever types it was given. */
// biome-ignore lint/suspicious/noExplicitAny: the types of a host's client cannot be known, nor do they matter here
export type AnySql = postgres.Sql<any>;

/** A client, a transaction or a reserved connection of postgres.js. */
export interface SqlHandle {
  // biome-ignore lint/suspicious/noExplicitAny: as above
  unsafe: postgres.ISql<any>["unsafe"];
  typed(value: string, type: number): unknown;
  readonly options?: { max?: number };
}

/** Type `unknown`: the server finds the type, and the driver does not make a JSON string of JSON text. */
const undeclared = 705;

/**
 * The library's view of a postgres.js client or transaction. Texts are passed as they are for every type of
 * parameter, arrays as arrays. Rows are the driver's: `bigint` and `numeric` come as text, `timestamptz` as
 * `Date` with milliseconds (as text where drizzle uses the same client), so select `::text` what needs more.
 */
export function executorOf(sql: SqlHandle): Executor {
  requireUsage(
    typeof sql?.unsafe === "function",
    "executorOf was given something else than a postgres.js client",
    "Give it what `postgres(url)` returns, or a transaction of it.",
  );
  return {
    async query<Row>(text: string, values: readonly unknown[] = []) {
      if (sql.options) refuseDeadlock(sql.options);
      const typed = values.map((value) => (typeof value === "string" ? sql.typed(value, undeclared) : value));
      const rows = await sql.unsafe(text, typed as never[], { prepare: values.length > 0 });
      return rows as unknown as Row[];
    },
  };
}

const wrappedClients = new WeakSet<object>();

/** Was this client made by `withAnnals`? */
export function isWrapped(client: unknown): boolean {
  return typeof client === "function" && wrappedClients.has(client);
}

/**
 * A postgres.js client whose writes carry the context they are made in: `insert`, `update`, `delete`, `merge`,
 * `truncate`, `call`, `do`, and `with` around one of them, in transactions and by themselves. Everything else
 * passes untouched, and so does all of it where there is no context.
 *
 * - The context is that of the moment in which a statement is made, not of that in which it is awaited.
 * - In `sql.begin` it costs no round trip. A single statement gets a transaction of its own, in one round trip.
 * - Not seen, hence filed with the database role: functions that write and are called by `select`, `copy`,
 *   `sql.file`, and single statements on a connection from `sql.reserve` (between its `begin` and `commit` they are).
 *
 * @example
 * const sql = withAnnals(postgres(process.env.DATABASE_URL), annals);
 * const db = drizzle(sql);
 */
export function withAnnals<T extends AnySql>(sql: T, annals: ContextReader): T {
  if (isWrapped(sql)) return sql;
  requireUsage(
    typeof sql === "function" && typeof sql.begin === "function",
    "withAnnals was given something else than a postgres.js client",
    "Give it what `postgres(url)` returns; inside a transaction use the handle of that transaction.",
  );
  requireUsage(
    typeof annals?.context === "function",
    "withAnnals was given something else than annals",
    "Give it what `createAnnals()` returns: withAnnals(sql, annals).",
  );
  const byHand: HandTransaction = { open: false };
  const attribute = (query: unknown) => {
    if (!isDriverQuery(query)) return query;
    // A pool of one connection allows the host `begin` and `commit` as statements of its own.
    if (sql.options.max === 1 && followByHand(sql, query, annals, byHand)) return query;
    const keyword = writingKeywordOf(query);
    const context = keyword === undefined ? undefined : annals.context();
    if (keyword !== undefined && context) attributeWrite(sql, query, context, keyword);
    return query;
  };
  const replaced = new Map<PropertyKey, unknown>([
    ["unsafe", (...args: Parameters<AnySql["unsafe"]>) => attribute(sql.unsafe(...args))],
    ["begin", (...args: unknown[]) => beginWrapped(sql, annals, args)],
    ["reserve", async () => wrapReserved(await sql.reserve(), annals)],
  ]);
  const proxy = new Proxy(sql, {
    apply: (target, _self, args) => attribute(Reflect.apply(target as never, undefined, args)),
    get: (target, name) => replaced.get(name) ?? Reflect.get(target, name),
  });
  wrappedClients.add(proxy);
  return proxy;
}

/** Drizzle's database, and whatever else passes a handle with `execute` to a `transaction` method. */
export interface DatabaseHandle<Tx extends ExecuteHandle = ExecuteHandle> {
  transaction<T>(fn: (tx: Tx) => Promise<T>): Promise<T>;
  readonly $client?: unknown;
}

export interface ExecuteHandle {
  execute(statement: string): PromiseLike<unknown>;
}

/** Runs `fn` in a transaction of `client` that carries the present context. */
export async function transactionOn<T>(
  client: AnySql | DatabaseHandle,
  annals: ContextReader,
  fn: (tx: never) => Promise<T> | T,
): Promise<T> {
  requireUsage(
    typeof fn === "function",
    "annals.transaction was given no function",
    "Give it the work of the transaction: annals.transaction(sql, async (tx) => { … }).",
  );
  if (typeof client === "function") return (await withAnnals(client, annals).begin(fn as never)) as T;
  requireUsage(
    typeof client?.transaction === "function",
    "annals.transaction was given something else than a database client",
    "Give it a postgres.js client or a drizzle database.",
  );
  const context = isWrapped(client.$client) ? undefined : annals.context();
  const statement = context && (await contextStatement(context));
  return client.transaction(async (tx) => {
    if (statement !== undefined) await tx.execute(statement);
    return fn(tx as never);
  });
}

/** Any handle that a host has at hand, as the library's own. Statements through `execute` carry values as constants. */
export function executorFor(handle: SqlHandle | ExecuteHandle | Executor): Executor {
  if (typeof handle === "function" && "unsafe" in handle) return executorOf(handle);
  if (typeof handle === "object" && handle !== null) {
    if ("execute" in handle && typeof handle.execute === "function") return inliningExecutor(handle);
    if ("query" in handle && typeof handle.query === "function") return handle;
    if ("unsafe" in handle && typeof handle.unsafe === "function") return executorOf(handle);
  }
  const hint =
    "Give a client or transaction of postgres.js, one of drizzle, or an object with `query(text, values)`.";
  throw new AnnalsError("USAGE", "This is no database handle that annals knows", hint);
}

function inliningExecutor(handle: ExecuteHandle): Executor {
  return {
    async query<Row>(text: string, values: readonly unknown[] = []) {
      const result = await handle.execute(inlineValues(text, values));
      return (Array.isArray(result) ? result : (result as { rows: unknown[] }).rows) as Row[];
    },
  };
}

/** A statement with its values as constants, where there can be no parameters. */
export function inlineValues(text: string, values: readonly unknown[]): string {
  const constant = (value: unknown) =>
    value === null || value === undefined ? "null" : quoteLiteral(String(value));
  return text.replace(/\$(\d+)/g, (_, number) => constant(values[Number(number) - 1]));
}
