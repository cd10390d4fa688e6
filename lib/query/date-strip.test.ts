import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { fillRecords } from "../../testing/fill-records.ts";
import { viewerOf } from "../access/viewer.ts";
import { executorOf } from "../adapters/db/postgres-js.ts";
import type { Executor } from "../executor.ts";
import { definitions } from "../records/kinds.ts";
import { countRecords } from "./count-records.ts";
import { dateStrip, drillTo } from "./date-strip.ts";
import { refineSearch } from "./refine-search.ts";
import { parseSearch } from "./search-params.ts";

const { audit, logins } = definitions;
const viewer = viewerOf({ id: "1", username: "alice", label: "Alice", role: "auditor" });
const now = new Date("2026-11-24T09:14:00Z");
let database: TestDatabase;
let db: Executor;

beforeAll(async () => {
  database = await openTestDatabase();
  db = executorOf(database.sql);
  await fillRecords(database.sql, "audit_log", [
    // A row every 67 s and some around both changes of the clocks, to the microsecond.
    ...every("2026-03-27T22:00:00Z", "2026-03-30T02:00:00Z", 67),
    ...every("2026-10-23T22:00:00Z", "2026-10-26T02:00:00Z", 67),
    ...every("2025-12-30T00:00:00Z", "2026-11-24T09:00:00Z", 40_009),
    ...[
      "2026-03-29T00:59:59.999999Z",
      "2026-03-29T01:00:00Z",
      "2026-03-28T22:59:59.999999Z",
      "2026-03-28T23:00:00Z",
    ].map((recorded_at) => ({ recorded_at })),
    ...[
      "2026-10-25T00:59:59.999999Z",
      "2026-10-25T01:00:00Z",
      "2026-10-24T21:59:59.999999Z",
      "2026-10-24T22:00:00Z",
    ].map((recorded_at) => ({ recorded_at })),
  ]);
});
afterAll(() => database.close());

function every(from: string, to: string, seconds: number) {
  const count = Math.floor((Date.parse(to) - Date.parse(from)) / 1000 / seconds);
  return Array.from({ length: count }, (_, at) => ({
    recorded_at: new Date(Date.parse(from) + at * seconds * 1000 + ((at * 7919) % 1000)).toISOString(),
    action: at % 3 === 0 ? "CREATE" : "UPDATE",
    actor_id: String(at % 5),
  }));
}

const search = (query: string) => parseSearch(audit, new URLSearchParams(query), now).search;
const strip = (query: string) => dateStrip(db, viewer, audit, search(query));
const counts = ({ periods }: Awaited<ReturnType<typeof strip>>) =>
  Object.fromEntries(periods.filter(({ count }) => count).map(({ on, count }) => [on, count]));

/** The same counts by PostgreSQL's own knowledge of zones, without any of our arithmetic. */
async function byDatabase(zone: string, format: string, prefix: string): Promise<Record<string, number>> {
  const rows = await database.sql`
    SELECT to_char(recorded_at AT TIME ZONE ${zone}, ${format}) AS on, count(*)::int AS count
    FROM annals.audit_log GROUP BY 1 ORDER BY 1`;
  return Object.fromEntries(
    rows.filter((row) => row.on.startsWith(prefix)).map((row) => [row.on, row.count]),
  );
}

test.each([
  ["Europe/Paris", "2026-03-29", 23],
  ["Europe/Paris", "2026-10-25", 25],
  ["Europe/Paris", "2026-10-24", 24],
  ["Asia/Kathmandu", "2026-03-29", 24],
  ["UTC", "2026-10-25", 24],
])(
  "in %s the day %s is the sum of its %i hours, and each hour is what its own link lists",
  async (zone, day, length) => {
    const hours = await strip(`tz=${zone}&on=${day}`);
    expect([hours.level, hours.periods.length]).toEqual(["hour", length]);
    const whole = await countRecords(db, viewer, audit, search(`tz=${zone}&on=${day}`));
    expect(hours.total).toBe(whole.count);
    expect(whole.count).toBeGreaterThan(1000);
    for (const hour of hours.periods) {
      const link = refineSearch(search(`tz=${zone}&on=${day}`), { window: drillTo(hour) });
      expect([hour.on, (await countRecords(db, viewer, audit, link)).count]).toEqual([hour.on, hour.count]);
      expect(
        (
          await countRecords(
            db,
            viewer,
            audit,
            search(new URLSearchParams({ tz: zone, on: hour.on }).toString()),
          )
        ).count,
      ).toBe(hour.count);
    }
    expect(await byDatabase(zone, "YYYY-MM-DD", day)).toEqual({ [day]: hours.total });
    const perHour = await byDatabase(zone, 'YYYY-MM-DD"T"HH24', day);
    const joined = Object.entries(counts(hours)).reduce<Record<string, number>>((sums, [on, count]) => {
      sums[on.slice(0, 13)] = (sums[on.slice(0, 13)] ?? 0) + (count ?? 0);
      return sums;
    }, {});
    expect(joined).toEqual(perHour);
  },
);

test("the hour that comes twice is two bars, told apart by their offsets", async () => {
  const { periods } = await strip("tz=Europe/Paris&on=2026-10-25");
  const twice = periods.filter(({ on }) => on.startsWith("2026-10-25T02"));
  expect(twice.map(({ on, from }) => [on, from])).toEqual([
    ["2026-10-25T02+02:00", "2026-10-25T00:00:00.000000Z"],
    ["2026-10-25T02+01:00", "2026-10-25T01:00:00.000000Z"],
  ]);
  const [row] = await database.sql`SELECT count(*)::int AS count FROM annals.audit_log
    WHERE recorded_at >= '2026-10-25T01:00Z' AND recorded_at < '2026-10-25T02:00Z'`;
  expect(twice[1]?.count).toBe(row?.count);
});

test.each(["Europe/Paris", "Asia/Kathmandu", "America/New_York", "UTC"])(
  "in %s days, months and years agree with the database's own",
  async (zone) => {
    for (const month of ["2026-03", "2026-10", "2026-11", "2025-12"]) {
      expect(counts(await strip(`tz=${zone}&on=${month}`))).toEqual(
        await byDatabase(zone, "YYYY-MM-DD", month),
      );
    }
    expect(counts(await strip(`tz=${zone}&on=2026`))).toEqual(await byDatabase(zone, "YYYY-MM", "2026"));
    expect(counts(await strip(`tz=${zone}&from=all`))).toEqual(await byDatabase(zone, "YYYY", ""));
  },
);

test("the strip keeps the filters of the list and leaves its window aside", async () => {
  const filtered = await strip("on=2026-10-25&action=CREATE&actor=!0");
  const [row] = await database.sql`SELECT count(*)::int AS count FROM annals.audit_log
    WHERE recorded_at >= '2026-10-25Z' AND recorded_at < '2026-10-26Z' AND action = 'CREATE' AND actor_id <> '0'`;
  expect(filtered.total).toBe(row?.count);
  const week = await strip("");
  expect(week.total).toBe((await countRecords(db, viewer, audit, search("on=2026-11"))).count);
});

test("a bar that lies in the window, partly in it or outside says so, and what is to come too", async () => {
  const { level, crumbs, periods } = await strip("");
  expect([level, crumbs.map(({ on }) => on)]).toEqual(["day", ["2026", "2026-11"]]);
  const told = (day: string) => periods.find(({ on }) => on === `2026-11-${day}`);
  expect(["16", "17", "18", "24"].map((day) => told(day)?.within)).toEqual(["none", "part", "all", "all"]);
  expect(["24", "25"].map((day) => told(day)?.future)).toEqual([false, true]);
});

test.each([
  ["from=all", "year", [], ["2025", "2026"]],
  ["on=2026", "month", ["2026"], ["2026-01", "2026-12"]],
  ["on=2026-03", "day", ["2026", "2026-03"], ["2026-03-01", "2026-03-31"]],
  ["on=2026-03-14", "hour", ["2026", "2026-03", "2026-03-14"], ["2026-03-14T00", "2026-03-14T23"]],
  ["on=2026-03-14T09", "hour", ["2026", "2026-03", "2026-03-14"], ["2026-03-14T00", "2026-03-14T23"]],
  ["from=now-1h", "hour", ["2026", "2026-11", "2026-11-24"], ["2026-11-24T00", "2026-11-24T23"]],
  ["from=now-90d", "month", ["2026"], ["2026-01", "2026-12"]],
  ["from=2025-06-01", "year", [], ["2025", "2026"]],
])("%s shows the level of the %s", async (query, level, crumbs, [first, last]: string[]) => {
  const found = await strip(query);
  expect([found.level, found.crumbs.map(({ on }) => on)]).toEqual([level, crumbs]);
  expect([found.periods[0]?.on, found.periods.at(-1)?.on]).toEqual([first, last]);
});

test("previous and next go as far as anything is recorded", async () => {
  const december = await strip("on=2025-12");
  expect([december.previous, december.next?.on]).toEqual([undefined, "2026-01"]);
  const november = await strip("on=2026-11");
  expect([november.previous?.on, november.next]).toEqual(["2026-10", undefined]);
});

test("all time starts at the level that the record's own range calls for", async () => {
  const of = async (query: string) =>
    dateStrip(db, viewer, logins, parseSearch(logins, { from: "all", tz: query }, now).search);
  expect([(await of("UTC")).level, (await of("UTC")).total]).toEqual(["hour", 0]);
  await fillRecords(database.sql, "login_attempt", [{ recorded_at: "2026-11-24T08:00:00Z" }]);
  expect([(await of("UTC")).level, (await of("UTC")).total]).toEqual(["hour", 1]);
  await fillRecords(database.sql, "login_attempt", [{ recorded_at: "2026-11-02T00:30:00Z" }]);
  expect([(await of("UTC")).level, (await of("UTC")).total]).toEqual(["day", 2]);
  await fillRecords(database.sql, "login_attempt", [{ recorded_at: "2026-11-01T01:00:00Z" }]);
  // In New York that was still October.
  expect([(await of("UTC")).level, (await of("America/New_York")).level]).toEqual(["day", "month"]);
});

test("what no rollup holds is counted newest first within the time, and what is left says so", async () => {
  const both = search("on=2026&actor=1&ip=none");
  const whole = await dateStrip(db, viewer, audit, both);
  const rows = await database.sql`SELECT to_char(recorded_at, 'YYYY-MM') AS on, count(*)::int AS count
    FROM annals.audit_log WHERE actor_id = '1' AND ip IS NULL AND recorded_at >= '2026-01-01' GROUP BY 1`;
  expect(counts(whole)).toEqual(Object.fromEntries(rows.map(({ on, count }) => [on, count])));
  const { periods, total } = await dateStrip(db, viewer, audit, both, { budgetMs: 0 });
  const november = whole.periods[10]?.count;
  expect(periods.map(({ count }) => count)).toEqual([...Array(10).fill(null), november, 0]);
  expect(total).toBe(november);
});
