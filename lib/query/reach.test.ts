import postgres from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { executorOf } from "../adapters/db/postgres-js.ts";
import type { Executor } from "../executor.ts";
import { definitions } from "../records/kinds.ts";
import { readExtent } from "./reach.ts";

let database: TestDatabase;
let sql: postgres.Sql;
beforeAll(async () => {
  database = await openTestDatabase();
  sql = postgres(database.url, { max: 4, onnotice: () => {} });
});
afterAll(async () => {
  await sql.end();
  await database.close();
});

function counting(): { db: Executor; asked: () => number } {
  let count = 0;
  const inner = executorOf(sql);
  return {
    db: {
      query(text, values) {
        count += 1;
        return inner.query(text, values);
      },
    },
    asked: () => count,
  };
}

test("what begins in one turn asks once for all records, and is told of the same snapshot", async () => {
  const { db, asked } = counting();
  const extents = await Promise.all([
    readExtent(db, definitions.audit),
    readExtent(db, definitions.audit),
    readExtent(db, definitions.events),
    readExtent(db, definitions.audit),
  ]);
  expect(asked()).toBe(1);
  expect(extents[3]).toBe(extents[0]);
  expect(extents[2]).not.toBe(extents[0]);
  expect(extents[2].head).toBe(extents[0].head);
});

test("whoever asks later is told what was filed meanwhile, also while the first answer is still on its way", async () => {
  const { db, asked } = counting();
  const lock = await sql.reserve();
  await lock`BEGIN`;
  await lock`LOCK TABLE annals.segment`;
  const early = readExtent(db, definitions.audit);
  await Promise.resolve();
  const late = readExtent(db, definitions.audit);
  await lock`ROLLBACK`;
  lock.release();
  expect(await early).not.toBe(await late);
  expect(asked()).toBe(2);
  await sql`SELECT annals.record('audit', '{"action": "PING"}')`;
  await sql`SELECT annals.relay()`;
  expect(BigInt((await readExtent(db, definitions.audit)).head)).toBe(BigInt((await early).head) + 1n);
});

test("a failure is told to all who asked, and the next one asks again", async () => {
  const { db } = counting();
  let broken = true;
  const shaky: Executor = {
    query: (text, values) => (broken ? Promise.reject(new Error("away")) : db.query(text, values)),
  };
  const failed = await Promise.allSettled([
    readExtent(shaky, definitions.audit),
    readExtent(shaky, definitions.audit),
  ]);
  expect(failed.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  broken = false;
  expect((await readExtent(shaky, definitions.audit)).head).toMatch(/^\d+$/);
});

test("looks cheap to the planner before there are statistics, or a server with JIT would compile it", async () => {
  let plan: Promise<{ "QUERY PLAN": { Plan: { "Total Cost": number } }[] }[]> | undefined;
  const inner = executorOf(sql);
  const db: Executor = {
    query(text, values) {
      plan = inner.query(`EXPLAIN (FORMAT JSON) ${text}`, values);
      return inner.query(text, values);
    },
  };
  await Promise.all([readExtent(db, definitions.audit), readExtent(db, definitions.events)]);
  const [row] = (await plan) ?? [];
  // `jit_above_cost` is 100,000.
  expect(row?.["QUERY PLAN"][0]?.Plan["Total Cost"]).toBeLessThan(50_000);
});
