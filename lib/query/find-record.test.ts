import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { fillRecords } from "../../testing/fill-records.ts";
import { viewerOf } from "../access/viewer.ts";
import { executorOf } from "../adapters/db/postgres-js.ts";
import type { Executor } from "../executor.ts";
import { definitions } from "../records/kinds.ts";
import { findNeighbours } from "./find-neighbours.ts";
import { findRecord } from "./find-record.ts";
import type { Item } from "./item.ts";
import { parseSearch } from "./search-params.ts";
import { type Bond, surrounding } from "./surrounding.ts";

const { audit, logins, events } = definitions;
const viewer = viewerOf({ id: "1", username: "alice", label: "Alice", role: "auditor" });
const support = viewerOf({ id: "2", username: "sam", label: "Sam", role: "support" });
const now = new Date("2026-03-15T12:00:00Z");
let database: TestDatabase;
let db: Executor;

beforeAll(async () => {
  database = await openTestDatabase();
  db = executorOf(database.sql);
  const row = (recorded_at: string, more = {}) => ({
    recorded_at,
    request_id: "r1",
    actor_id: "7",
    ip: "10.0.0.1",
    ...more,
  });
  const object = { object_type: "invoice", object_id: "42" };
  // 1 to 3
  await fillRecords(database.sql, "audit_log", [
    row("2026-01-31T23:59:59.999999Z", { ...object, request_id: "r0" }),
    row("2026-03-14T09:00:00.000001Z", object),
    row("2026-03-14T09:00:00.000001Z", { changes: { memo: { new: "x".repeat(9000) } }, action: "CREATE" }),
  ]);
  // 4: a late commit, its time lies before others with lower numbers
  await fillRecords(database.sql, "audit_log", [
    row("2026-02-10T00:00:00Z", { request_id: null, actor_id: "" }),
  ]);
  // 5, 6, 7
  await fillRecords(database.sql, "login_attempt", [row("2026-03-14T08:59:00Z")]);
  await fillRecords(database.sql, "data_export", [
    row("2026-03-14T09:00:01Z", {
      record_count: "9007199254740993",
      filters_applied: { n: 1 },
      columns: ["a"],
    }),
  ]);
  await fillRecords(database.sql, "system_event", [
    row("2026-03-14T09:00:02Z", { stack_trace: "at x", event_type: "ERROR" }),
  ]);
  // 8 to 37: another request, a second apart
  const many = Array.from({ length: 30 }, (_, at) =>
    row(`2026-03-14T10:00:${String(at).padStart(2, "0")}Z`, { request_id: "r2" }),
  );
  await fillRecords(database.sql, "audit_log", many);
});
afterAll(() => database.close());

test("a record is found by its number, whole", async () => {
  const found = await findRecord(db, viewer, audit, "3");
  expect(found).toMatchObject({ seq: "3", action: "CREATE", recorded_at: "2026-03-14T09:00:00.000001Z" });
  expect(found?.changes).toBe(`{"memo": {"new": "${"x".repeat(9000)}"}}`);
  expect((await findRecord(db, viewer, events, "7"))?.stack_trace).toBe("at x");
  expect(await findRecord(db, viewer, definitions.exports, "6")).toMatchObject({
    record_count: "9007199254740993",
    filters_applied: '{"n": 1}',
    columns: ["a"],
  });
});

test("a late commit is found in the month of its time", async () => {
  expect((await findRecord(db, viewer, audit, "4"))?.recorded_at).toBe("2026-02-10T00:00:00.000000Z");
});

test("a number of another kind, or of none, finds nothing", async () => {
  expect(await findRecord(db, viewer, audit, "5")).toBeUndefined();
  expect(await findRecord(db, viewer, audit, "999999999999999999")).toBeUndefined();
});

test.each(["", "0", "-1", "1.0", "1e3", "abc", "1;DROP", "9".repeat(19)])(
  "%j is not the number of an event",
  async (seq) => {
    await expect(findRecord(db, viewer, audit, seq)).rejects.toMatchObject({ code: "NOT_FOUND" });
  },
);

test("only the months that can hold the number are read", async () => {
  const seen: unknown[][] = [];
  const spy: Executor = {
    query(text, values = []) {
      seen.push([...values]);
      return db.query(text, values);
    },
  };
  await findRecord(spy, viewer, audit, "2");
  expect(seen.slice(1)).toHaveLength(1);
  expect(seen[1]).toEqual(expect.arrayContaining(["2026-03-14T09:00:00.000001Z"]));
});

test("the neighbours of a record are those of its search", async () => {
  const neighbours = async (query: string, seq: string) => {
    const row = await findRecord(db, viewer, audit, seq);
    if (!row) throw new Error(`no ${seq}`);
    const { search } = parseSearch(audit, new URLSearchParams(query), now);
    return findNeighbours(db, viewer, audit, search, row);
  };
  expect(await neighbours("from=all", "2")).toEqual({ newer: "3", older: "4" });
  expect(await neighbours("from=all&type=invoice", "2")).toEqual({ newer: undefined, older: "1" });
  expect(await neighbours("from=all&action=CREATE", "2")).toEqual({ newer: "3", older: undefined });
  expect(await neighbours("from=all", "37")).toEqual({ newer: undefined, older: "36" });
});

async function around(
  by: Bond,
  kind: "audit" | "logins" | "events",
  seq: string,
  who = viewer,
): Promise<string[]> {
  const definition = { audit, logins, events }[kind];
  const row = await findRecord(db, viewer, definition as typeof audit, seq);
  const found = await surrounding(db, who, { kind, row } as Item, by);
  return found.map((item) => `${item.kind} ${item.row.seq}`);
}

test("what shares the request stands around a record, over the four kinds, in the order of time", async () => {
  expect(await around("request", "audit", "2")).toEqual([
    "logins 5",
    "audit 2",
    "audit 3",
    "exports 6",
    "events 7",
  ]);
});

test("kinds that the viewer may not see are left out", async () => {
  expect(await around("request", "audit", "2", support)).toEqual([
    "logins 5",
    "audit 2",
    "audit 3",
    "events 7",
  ]);
});

test("at most ten on either side, the nearest", async () => {
  const found = await around("request", "audit", "22");
  expect(found).toEqual(Array.from({ length: 21 }, (_, at) => `audit ${12 + at}`));
});

test("an object's history reaches back over all time, other bonds a day", async () => {
  expect(await around("object", "audit", "2")).toEqual(["audit 1", "audit 2"]);
  expect(await around("address", "audit", "1")).toEqual(["audit 1"]);
  expect((await around("actor", "logins", "5")).slice(0, 3)).toEqual(["logins 5", "audit 2", "audit 3"]);
});

test("a record without the value has nothing around it", async () => {
  expect(await around("request", "audit", "4")).toEqual([]);
  expect(await around("actor", "audit", "4")).toEqual([]);
  expect(await around("object", "logins", "5")).toEqual([]);
});
