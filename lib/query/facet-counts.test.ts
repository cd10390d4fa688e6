import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { fillRecords } from "../../testing/fill-records.ts";
import { viewerOf } from "../access/viewer.ts";
import { executorOf } from "../adapters/db/postgres-js.ts";
import type { Executor } from "../executor.ts";
import { definitions } from "../records/kinds.ts";
import { countRecords } from "./count-records.ts";
import { facetCounts } from "./facet-counts.ts";
import { parseSearch } from "./search-params.ts";

const { audit, logins, events } = definitions;
const viewer = viewerOf({ id: "1", username: "alice", label: "Alice", role: "auditor" });
const now = new Date("2026-03-15T12:00:00Z");
let database: TestDatabase;
let db: Executor;

const rows = Array.from({ length: 600 }, (_, at) => ({
  recorded_at: new Date(Date.parse("2026-03-14T00:00:00Z") + at * 1000).toISOString(),
  action: ["CREATE", "UPDATE", "UPDATE", "REFUND"][at % 4],
  module: at % 50 === 0 ? "" : `m${at % 30}`,
  actor_id: at % 7 === 0 ? "" : String(at % 7),
  actor_label: at % 7 === 0 ? "" : `Actor ${at % 7}`,
  object_type: "invoice",
}));

beforeAll(async () => {
  database = await openTestDatabase();
  db = executorOf(database.sql);
  await fillRecords(database.sql, "audit_log", [
    ...rows,
    { recorded_at: "2026-01-01T00:00:00Z", action: "DELETE" },
  ]);
  await fillRecords(database.sql, "login_attempt", [
    {
      recorded_at: "2026-03-15T10:00:00Z",
      username: "bob",
      status: "FAILED",
      failure_reason: "bad_password",
      ip: "10.0.0.1",
    },
    { recorded_at: "2026-03-15T10:00:01Z", username: "bob", status: "SUCCESS", ip: "2001:db8::9" },
    { recorded_at: "2026-03-15T10:00:02Z", username: "eve", status: "FAILED", failure_reason: "locked" },
  ]);
  await fillRecords(database.sql, "system_event", [
    {
      recorded_at: "2026-03-15T10:00:00Z",
      resolved: true,
      resolved_at: "2026-03-15T11:00:00Z",
      error_code: "23505",
    },
    { recorded_at: "2026-03-15T10:00:01Z", event_type: "ERROR" },
  ]);
});
afterAll(() => database.close());

async function facets(query: string) {
  const { search } = parseSearch(audit, new URLSearchParams(query), now);
  const found = await facetCounts(db, viewer, audit, search);
  return Object.fromEntries(found.map((facet) => [facet.field, facet]));
}

const tally = (
  name: keyof (typeof rows)[number],
  where: (row: (typeof rows)[number]) => boolean = () => true,
) => {
  const counts: Record<string, number> = {};
  for (const row of rows.filter(where)) counts[row[name] as string] = (counts[row[name] as string] ?? 0) + 1;
  return counts;
};
const asCounts = (facet: { values: { value: string; count: number }[] } | undefined) =>
  Object.fromEntries(facet?.values.map(({ value, count }) => [value, count]) ?? []);

test("each facet counts its values within the window, the most frequent first", async () => {
  const found = await facets("");
  expect(Object.keys(found).sort()).toEqual(["action", "actor", "module", "objectType"]);
  expect(asCounts(found.action)).toEqual(tally("action"));
  expect(asCounts(found.actor)).toEqual(tally("actor_id"));
  expect(found.action?.values[0]).toEqual({ value: "UPDATE", label: "Update", count: 300 });
  expect(found.action?.values.map(({ label }) => label)).toEqual(["Update", "Create", "REFUND"]);
});

test("an actor has its label, the empty value is None", async () => {
  const labels = Object.fromEntries(
    (await facets("")).actor?.values.map(({ value, label }) => [value, label]) ?? [],
  );
  expect([labels["3"], labels[""]]).toEqual(["Actor 3", "None"]);
});

test("20 values are shown and more is said, a chosen one is always among them", async () => {
  const { module: free } = await facets("");
  expect([free?.values.length, free?.more, asCounts(free).m0]).toEqual([20, true, undefined]);
  const { module: chosen } = await facets("module=m0,never");
  expect([chosen?.values.length, chosen?.more, asCounts(chosen).m0]).toEqual([21, true, tally("module").m0]);
});

test("a facet ignores its own filter and keeps all others", async () => {
  const found = await facets("action=CREATE&actor=!none");
  const attributed = (row: (typeof rows)[number]) => row.actor_id !== "";
  expect(asCounts(found.action)).toEqual(tally("action", attributed));
  expect(asCounts(found.actor)).toEqual(tally("actor_id", (row) => row.action === "CREATE"));
  expect(asCounts(found.objectType)).toEqual({
    invoice: rows.filter((row) => attributed(row) && row.action === "CREATE").length,
  });
});

test("addresses, names, flags and reasons are facets as well", async () => {
  const ofLogins = await facetCounts(db, viewer, logins, parseSearch(logins, {}, now).search);
  const told = ofLogins.map(({ field, values }) => [
    field,
    values.map(({ value, count }) => `${value} ${count}`),
  ]);
  expect(Object.fromEntries(told)).toEqual({
    username: ["bob 2", "eve 1"],
    status: ["FAILED 2", "SUCCESS 1"],
    failure: [" 1", "bad_password 1", "locked 1"],
    country: [" 3"],
    ip: [" 1", "10.0.0.1 1", "2001:db8::9 1"],
  });
  const ofEvents = await facetCounts(db, viewer, events, parseSearch(events, { resolved: "0" }, now).search);
  const resolved = ofEvents.find(({ field }) => field === "resolved");
  expect(resolved?.values).toEqual([
    { value: "0", label: "Open", count: 1 },
    { value: "1", label: "Resolved", count: 1 },
  ]);
});

test("what the rollups cannot tell is left uncounted where it would take too many events, and says so", async () => {
  const counted = async (query: string, most: number) => {
    const { search } = parseSearch(audit, new URLSearchParams(query), now);
    const found = await facetCounts(db, viewer, audit, search, { most });
    return Object.fromEntries(found.map((facet) => [facet.field, facet]));
  };
  const none = { field: "actor", values: [], more: true, uncounted: true };
  // 300 events: the rollups say so beforehand.
  const updates = await counted("action=UPDATE", 299);
  expect(updates.actor).toEqual(none);
  expect(asCounts(updates.objectType)).toEqual({ invoice: 300 });
  expect(asCounts((await counted("action=UPDATE", 300)).actor)).toEqual(
    tally("actor_id", (row) => row.action === "UPDATE"),
  );
  // A text is found by reading alone: 86 events.
  const some = rows.filter((row) => row.actor_label === "Actor 3").length;
  expect((await counted('q="actor 3"', some - 1)).actor).toEqual(none);
  expect((await counted('q="actor 3"', some)).actor?.values).toEqual([
    { value: "3", label: "Actor 3", count: some },
  ]);
});

test("addresses and names are left uncounted where too many events may have one each", async () => {
  const { search } = parseSearch(logins, {}, now);
  const found = await facetCounts(db, viewer, logins, search, { mostVaried: 2 });
  const uncounted = found.filter((facet) => facet.uncounted).map(({ field }) => field);
  expect(uncounted.sort()).toEqual(["ip", "username"]);
  expect((await facetCounts(db, viewer, logins, search, { mostVaried: 3 })).some((f) => f.uncounted)).toBe(
    false,
  );
});

test("nothing in the window is facets without values", async () => {
  expect((await facets("on=2024")).action).toEqual({ field: "action", values: [], more: false });
});

test("a count is exact; where the rollups cannot tell, up to 10,000, and it says when there are more", async () => {
  const at = (second: number) => new Date(Date.parse("2026-03-10T00:00:00Z") + second).toISOString();
  const search = (query: object) => parseSearch(audit, { on: "2026-03-10", ...query }, now).search;
  const row = (n: number) => ({ recorded_at: at(n), reason: "a test" });
  await fillRecords(
    database.sql,
    "audit_log",
    Array.from({ length: 10_000 }, (_, n) => row(n)),
  );
  const direct = search({ reason: "test" });
  expect(await countRecords(db, viewer, audit, direct)).toEqual({ count: 10_000, capped: false });
  await fillRecords(database.sql, "audit_log", [row(0)]);
  expect(await countRecords(db, viewer, audit, direct)).toEqual({ count: 10_000, capped: true });
  expect(await countRecords(db, viewer, audit, search({}))).toEqual({ count: 10_001, capped: false });
});

test("a count that runs out of time is what it has come to, and says that there may be more", async () => {
  await fillRecords(database.sql, "data_export", [
    { recorded_at: "2026-02-10T00:00:00Z", record_count: 7 },
    { recorded_at: "2026-03-10T00:00:00Z", record_count: 7 },
  ]);
  const { exports } = definitions;
  const { search } = parseSearch(exports, { from: "all", minrows: "7" }, now);
  expect(await countRecords(db, viewer, exports, search, { budgetMs: 0 })).toEqual({
    count: 1,
    capped: true,
  });
  expect(await countRecords(db, viewer, exports, search)).toEqual({ count: 2, capped: false });
});
