import { beforeEach, expect, test } from "vitest";
import { openTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { fillRecords } from "../../testing/fill-records.ts";
import { viewerOf } from "../access/viewer.ts";
import { executorOf } from "../adapters/db/postgres-js.ts";
import type { Executor } from "../executor.ts";
import { formatInstant, toMicros } from "../fields/instant.ts";
import { definitions } from "../records/kinds.ts";
import { catchUp } from "../relay/catch-up.ts";
import { listRecords, type Page } from "./list-records.ts";
import type { Search } from "./search.ts";
import { formatSearch, parseSearch } from "./search-params.ts";

const { audit } = definitions;
const viewer = viewerOf({ id: "1", username: "alice", label: "Alice", role: "auditor" });
const now = new Date("2026-03-15T12:00:00Z");
let database: TestDatabase;
let db: Executor;

beforeEach(async () => {
  database = await openTestDatabase();
  db = executorOf(database.sql);
  return () => database.close();
});

const search = (query: string): Search => parseSearch(audit, new URLSearchParams(query), now).search;

/** Follows the links as a browser does: by their URLs. */
async function follow(
  first: Search,
  direction: "older" | "newer",
  between = async () => {},
): Promise<string[][]> {
  const pages: string[][] = [];
  for (let next: Search | undefined = first; next; ) {
    const page: Page<"audit"> = await listRecords(db, viewer, audit, next);
    pages.push(page.rows.map((row) => row.seq));
    const link: Search | undefined = page[direction];
    next = link && search(formatSearch(audit, link));
    await between();
  }
  return pages;
}

const range = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, at) => String(from + at));

test("500 rows of one microsecond are shown exactly once, paging forwards and backwards", async () => {
  const recorded_at = "2026-03-14T09:12:33.481207Z";
  await fillRecords(
    database.sql,
    "audit_log",
    Array.from({ length: 500 }, () => ({ recorded_at })),
  );
  const newestFirst = range(1, 500).reverse();
  const forwards = await follow(search("n=25"), "older");
  expect(forwards.map((page) => page.length)).toEqual(Array.from({ length: 20 }, () => 25));
  expect(forwards.flat()).toEqual(newestFirst);

  const last = await listRecords(db, viewer, audit, search("n=25&sort=time"));
  expect(last.rows.map((row) => row.seq)).toEqual(range(1, 25));
  const lastPage = {
    ...search("n=25"),
    bound: "500",
    cursor: { direction: "after", at: recorded_at, seq: "26" },
  } as const;
  const backwards = await follow(lastPage, "newer");
  expect(backwards.reverse().flat()).toEqual(newestFirst);
  expect((await follow(search("n=100&sort=time"), "newer")).flat()).toEqual(range(1, 500));
});

test("rows that differ by a microsecond are in the order of time, the number breaks ties", async () => {
  const base = toMicros("2026-03-14T09:12:33.000000Z");
  const rows = Array.from({ length: 200 }, (_, at) => ({
    recorded_at: formatInstant(base + BigInt((at * 37) % 50)),
  }));
  await fillRecords(database.sql, "audit_log", rows);
  const expected = rows
    .map((row, at) => ({ at: row.recorded_at, seq: at + 1 }))
    .sort((a, b) => (a.at === b.at ? b.seq - a.seq : a.at < b.at ? 1 : -1))
    .map((row) => String(row.seq));
  expect((await follow(search("n=25"), "older")).flat()).toEqual(expected);
});

test("rows that arrive while paging neither repeat nor shift anything, and show on a new search", async () => {
  const at = (minute: number) => `2026-03-14T09:${String(minute).padStart(2, "0")}:00Z`;
  await fillRecords(
    database.sql,
    "audit_log",
    Array.from({ length: 60 }, (_, minute) => ({ recorded_at: at(minute) })),
  );
  const arrive = async () => {
    // Late commits: times that lie anywhere in what is being read.
    const rows = [0, 17, 30, 59].map((minute) => ({ recorded_at: at(minute) }));
    await fillRecords(database.sql, "audit_log", rows);
  };
  expect((await follow(search("n=25"), "older", arrive)).flat()).toEqual(range(1, 60).reverse());
  expect((await follow(search("n=100"), "older")).flat()).toHaveLength(72);
});

test("the pages of a relative window keep the window of the first", async () => {
  const rows = range(0, 59).map((minute) => ({
    recorded_at: `2026-03-15T11:${minute.padStart(2, "0")}:00Z`,
  }));
  await fillRecords(database.sql, "audit_log", rows);
  const first = await listRecords(db, viewer, audit, search("from=now-50m&n=25"));
  const link = formatSearch(audit, first.older as Search);
  const later = parseSearch(audit, new URLSearchParams(link), new Date("2026-03-15T12:30:00Z")).search;
  const second = await listRecords(db, viewer, audit, later);
  expect(second.rows.map((row) => row.seq)).toEqual(range(11, 35).reverse());
});

test("the ends of a list have no link beyond them", async () => {
  await fillRecords(
    database.sql,
    "audit_log",
    range(10, 59).map((minute) => ({ recorded_at: `2026-03-15T11:${minute}:00Z` })),
  );
  const first = await listRecords(db, viewer, audit, search("n=25"));
  expect([first.newer, first.older?.cursor?.seq, first.bound]).toEqual([undefined, "26", "50"]);
  const second = await listRecords(db, viewer, audit, first.older as Search);
  expect([second.newer?.cursor?.seq, second.older]).toEqual(["25", undefined]);
  const back = await listRecords(db, viewer, audit, second.newer as Search);
  expect([back.newer, back.older?.cursor?.seq]).toEqual([undefined, "26"]);
  expect(back.rows).toEqual(first.rows);
});

test("a row comes as it was stored: microseconds, large numbers, JSON digits, arrays, addresses", async () => {
  await fillRecords(database.sql, "audit_log", [
    {
      recorded_at: "2026-03-14T09:12:33.481207Z",
      tx: "18446744073709551615",
      event_id: "019a2b3c-4d5e-7f60-8123-456789abcdef",
      ip: "2001:db8::9",
      changes: { f: { old: 1, new: 2 } },
      changed_fields: ["f", 'with "quote", and comma'],
      reason: "100%",
    },
  ]);
  const { rows } = await listRecords(db, viewer, audit, search(""));
  expect(rows[0]).toEqual({
    seq: "1",
    recorded_at: "2026-03-14T09:12:33.481207Z",
    tx: "18446744073709551615",
    event_id: "019a2b3c-4d5e-7f60-8123-456789abcdef",
    tenant: "",
    actor_kind: "user",
    actor_id: "",
    actor_label: "",
    impersonator_id: null,
    attribution: "session",
    ip: "2001:db8::9",
    ip_source: null,
    user_agent: null,
    session_hash: null,
    request_id: null,
    trace_id: null,
    module: "",
    source: "api",
    db_role: "test",
    application: null,
    action: "UPDATE",
    object_type: "",
    object_id: "",
    object_label: "",
    changes: '{"f": {"new": 2, "old": 1}}',
    changed_fields: ["f", 'with "quote", and comma'],
    reason: "100%",
  });
});

test("a list leaves large changes and bulky fields to the detail", async () => {
  const random = Array.from({ length: 4000 }, (_, at) => ((at * 7919) % 997).toString(36)).join("");
  await fillRecords(database.sql, "audit_log", [
    { recorded_at: "2026-03-15T11:00:00Z", changes: { f: { new: random } } },
  ]);
  await fillRecords(database.sql, "system_event", [
    { recorded_at: "2026-03-15T11:00:00Z", stack_trace: "at x", description: "long", title: "kept" },
  ]);
  const auditPage = await listRecords(db, viewer, audit, search(""));
  expect(auditPage.rows[0]?.changes).toBeNull();
  const events = parseSearch(definitions.events, {}, now).search;
  const { rows } = await listRecords(db, viewer, definitions.events, events);
  expect(rows[0]).toMatchObject({
    stack_trace: null,
    description: null,
    title: "kept",
    resolved: false,
    occurrences: 1,
  });
});

test("an empty record is an empty page", async () => {
  expect(await listRecords(db, viewer, audit, search("from=all"))).toEqual({
    rows: [],
    newer: undefined,
    older: undefined,
    bound: "0",
  });
});

test("a list shows what is filed, and leaves what waits to those who may write", async () => {
  const fresh = () => parseSearch(audit, {}, new Date()).search;
  const write = (id: string) =>
    database.sql`SELECT annals.record('audit', ${JSON.stringify({ action: "VIEW", object_id: id })}::text::json)`;
  const ids = async (search: Search) =>
    (await listRecords(db, viewer, audit, search)).rows.map((row) => row.object_id);
  await write("1");
  expect(await ids(fresh())).toEqual([]);
  await catchUp(db);
  expect(await ids(fresh())).toEqual(["1"]);
  await write("2");
  expect(await ids({ ...fresh(), bound: "1" })).toEqual(["1"]);
  const [waiting] = await database.sql`SELECT annals.waiting() AS waiting`;
  expect(Number(waiting?.waiting)).toBe(1);
  await catchUp(db);
  expect(await ids(fresh())).toEqual(["2", "1"]);
});
