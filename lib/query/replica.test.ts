// What reads must be able to read where nothing can be written: on a standby there are no transaction numbers, no
// locks on rows, no sequences and no temporary objects.
import postgres from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { fillRecords } from "../../testing/fill-records.ts";
import { viewerOf } from "../access/viewer.ts";
import { executorOf } from "../adapters/db/postgres-js.ts";
import type { Executor } from "../executor.ts";
import { definitions } from "../records/kinds.ts";
import { kinds, reads, row, shared, wholeReads } from "./fixtures.ts";

const user = { id: "1", username: "v", label: "V", role: "superuser" } as const;
const viewers = [viewerOf(user), viewerOf({ ...user, tenants: ["north"] })];

let database: TestDatabase;
let reader: postgres.Sql;
const statements: string[] = [];

beforeAll(async () => {
  database = await openTestDatabase();
  for (const kind of kinds) {
    const rows = Array.from({ length: 300 }, (_, at) => ({
      ...shared,
      tenant: at % 2 ? "north" : "",
      recorded_at: new Date(Date.parse("2026-02-20T00:00:00Z") + at * 7_200_000).toISOString(),
    }));
    await fillRecords(database.sql, definitions[kind].record, rows);
  }
  reader = postgres(database.url, {
    max: 1,
    onnotice: () => {},
    connection: { default_transaction_read_only: true },
  });
  await reader`SET ROLE annals_reader`;
});
afterAll(async () => {
  await reader.end();
  await database.close();
});

/** In one transaction, so that what a statement has used up can be seen behind it. */
async function onReplica(read: (db: Executor) => Promise<unknown>) {
  return reader.begin(async (tx) => {
    const inner = executorOf(tx as unknown as postgres.Sql);
    await read({
      query(text, values) {
        statements.push(text);
        return inner.query(text, values);
      },
    });
    const [state] =
      await tx`SELECT pg_current_xact_id_if_assigned()::text AS xid, pg_my_temp_schema()::int AS temporary,
      (SELECT count(*)::int FROM pg_locks WHERE pid = pg_backend_pid() AND locktype IN ('tuple', 'advisory')) AS locks`;
    return state;
  });
}

const untouched = { xid: null, temporary: 0, locks: 0 };

test("the connection is one on which nothing can be written", async () => {
  await expect(reader`CREATE TABLE here (a int)`).rejects.toMatchObject({ code: "25006" });
});

test.each(Object.keys(reads))("%s writes nothing, anywhere", async (name) => {
  for (const viewer of viewers) {
    for (const kind of kinds) {
      const given = { seqs: ["1", "2"], row: { ...row, tenant: "north" } };
      expect(await onReplica((db) => reads[name]?.(db, viewer, kind, given) ?? Promise.reject(name))).toEqual(
        untouched,
      );
    }
  }
});

test.each(Object.keys(wholeReads))("%s writes nothing, anywhere", async (name) => {
  for (const viewer of viewers) {
    expect(await onReplica((db) => wholeReads[name]?.read(db, viewer) ?? Promise.reject(name))).toEqual(
      untouched,
    );
  }
});

test("each statement is a plain question", () => {
  expect(statements.length).toBeGreaterThan(100);
  const others = statements.filter(
    (text) => !/^[\s(]*(SELECT|WITH)\b/i.test(text) || /\bFOR (UPDATE|SHARE)\b/i.test(text),
  );
  expect(others).toEqual([]);
});
