import type postgres from "postgres";
import type { OpenContext } from "../../context/open-context.ts";
import { contextJson } from "./context-json.ts";
import { type DriverConnection, type DriverQuery, fireAtOnce, type Handler, makeQuery } from "./driver.ts";
import { leaseConnection, sendTogether } from "./lease-connection.ts";
import { refuseDeadlock } from "./open-transaction.ts";
import { setContext } from "./set-context.ts";

type Outcome = { value: unknown } | { error: unknown };

/** Procedures and blocks that end transactions themselves, which they may not do inside ours. */
const selfContained = new Set<string>();

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
  const send = query.handler;
  const canEndTransactions = keyword === "call" || keyword === "do";
  if (canEndTransactions && selfContained.has(query.strings.join("?"))) return;
  const handler: Handler = (own) => {
    const held = holdOutcome(own);
    const sendPlainly = () => {
      held.letGo();
      own.parameters = undefined;
      send(own);
    };
    const work = async () => {
      refuseDeadlock(sql.options);
      const json = contextJson(context);
      const text = json instanceof Promise ? await json : json;
      if (text === undefined) return sendPlainly();
      const result = await runTransaction(sql, own, held.outcome, setContext(text));
      if ("value" in result) return held.resolve(result.value);
      if (!canEndTransactions || codeOf(result.error) !== "2D000") return held.reject(result.error);
      if (selfContained.size < 1000) selfContained.add(own.strings.join("?"));
      sendPlainly();
    };
    work().catch(held.reject);
  };
  handler.debug = send.debug;
  query.handler = handler;
}

/** Until `commit` is through, the result is not the host's: it is held back, then handed on. */
function holdOutcome(query: DriverQuery) {
  // A cursor that is iterated gives itself a new pair at every step.
  let { resolve, reject } = query;
  const outcome = new Promise<Outcome>((settle) => {
    const hold = (end: Outcome) => {
      query.active = false;
      settle(end);
    };
    const take = (value: unknown) => hold({ value });
    const fail = (error: unknown) => hold({ error });
    Reflect.defineProperty(query, "resolve", {
      configurable: true,
      get: () => take,
      set: (fn) => (resolve = fn),
    });
    Reflect.defineProperty(query, "reject", {
      configurable: true,
      get: () => fail,
      set: (fn) => (reject = fn),
    });
  });
  return {
    outcome,
    resolve: (value: unknown) => resolve(value),
    reject: (error: unknown) => reject(error),
    letGo() {
      for (const [name, value] of Object.entries({ resolve, reject })) {
        Reflect.defineProperty(query, name, { configurable: true, writable: true, value });
      }
    },
  };
}

async function runTransaction(
  sql: postgres.Sql,
  query: DriverQuery,
  outcome: Promise<Outcome>,
  contextStatement: string,
): Promise<Outcome> {
  // The driver does not tell the connection when the socket is congested. The probe is empty, so then nothing
  // has happened yet.
  for (let attempt = 0; attempt < 3; attempt++) {
    const begin = makeQuery(sql, `begin; ${contextStatement}`);
    const commit = makeQuery(sql, "commit");
    const connection = await leaseConnection(sql, (leased) => {
      if (!query.cancelled) sendTogether(leased, [begin, query, commit]);
    });
    if (connection) return settleTogether(connection, begin, outcome, commit);
  }
  return inPublicTransaction(sql, query, outcome, contextStatement);
}

async function settleTogether(
  connection: DriverConnection,
  begin: DriverQuery,
  outcome: Promise<Outcome>,
  commit: DriverQuery,
): Promise<Outcome> {
  const closed = new Promise<never>((_, reject) => {
    connection.onclose = reject;
  });
  const done = Promise.race([commit, closed]);
  for (const awaited of [begin, commit, closed, done]) awaited.catch(() => {});
  const result = await outcome;
  // A failed statement needs no waiting: its transaction is rolled back whatever happens.
  if ("value" in result) {
    try {
      await done;
    } catch (error) {
      return { error };
    }
    return result;
  }
  // "Current transaction is aborted" says nothing: the reason is what failed before.
  return codeOf(result.error) === "25P02"
    ? begin.then(
        () => result,
        (error: unknown) => ({ error }),
      )
    : result;
}

/** The slow way, in four round trips, by what postgres.js promises to everybody. */
async function inPublicTransaction(
  sql: postgres.Sql,
  query: DriverQuery,
  outcome: Promise<Outcome>,
  contextStatement: string,
): Promise<Outcome> {
  try {
    await sql.begin(async (tx) => {
      fireAtOnce(makeQuery(tx, contextStatement));
      makeQuery(tx, "").handler(query);
      const result = await outcome;
      if ("error" in result) throw result.error;
    });
  } catch (error) {
    return { error };
  }
  return outcome;
}

function codeOf(error: unknown): unknown {
  return (error as { code?: unknown } | null | undefined)?.code;
}
