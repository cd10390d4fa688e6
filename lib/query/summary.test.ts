import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { fillRecords } from "../../testing/fill-records.ts";
import { viewerOf } from "../access/viewer.ts";
import { executorOf } from "../adapters/db/postgres-js.ts";
import type { Executor } from "../executor.ts";
import { createAnnals } from "../index.ts";
import { failingAddresses } from "./failing-addresses.ts";
import { freshness } from "./freshness.ts";
import { largestExports } from "./largest-exports.ts";
import { openEvents } from "./open-events.ts";
import { summary } from "./summary.ts";

const user = { id: "1", username: "v", label: "V", role: "superuser" } as const;
const viewer = viewerOf(user);
const now = new Date("2026-03-15T12:00:00Z");
const window = { from: "2026-02-13T12:00:00.000000Z", to: "2026-03-15T12:00:00.000000Z" };

let database: TestDatabase;
let db: Executor;

/** Hours before `now`. */
const ago = (hours: number) => new Date(now.getTime() - hours * 3_600_000).toISOString();

beforeAll(async () => {
  database = await openTestDatabase();
  db = executorOf(database.sql);
  const { sql } = database;
  // One an hour for 60 days: 720 of them within the window.
  const hours = Array.from({ length: 1440 }, (_, at) => 1440 - at);
  await fillRecords(
    sql,
    "audit_log",
    hours.map((hour) => ({
      recorded_at: ago(hour),
      action: ["CREATE", "UPDATE", "DELETE", "VIEW", "REFUND"][hour % 5],
      tenant: hour % 2 ? "north" : "",
      actor_id: hour % 7 ? "" : "7",
    })),
  );
  await fillRecords(
    sql,
    "login_attempt",
    hours.map((hour) => ({
      recorded_at: ago(hour),
      status: ["SUCCESS", "FAILED", "BLOCKED"][hour % 3],
      username: `u${hour % 4}`,
      actor_id: hour % 7 ? "" : "7",
      ip: hour % 6 === 1 ? "192.0.2.1" : hour % 6 === 5 ? null : "198.51.100.7",
    })),
  );
  await fillRecords(
    sql,
    "data_export",
    hours
      .slice(-100)
      .map((hour) => ({ recorded_at: ago(hour), record_count: String(hour === 50 ? 9_999_999 : hour) })),
  );
  await fillRecords(
    sql,
    "system_event",
    hours.map((hour) => ({
      recorded_at: ago(hour),
      event_type: hour % 2 ? "ERROR" : "INFO",
      resolved: hour % 4 === 0,
      resolved_at: hour % 4 === 0 ? ago(0) : null,
      actor_id: hour % 7 ? "" : "7",
    })),
  );
});
afterAll(() => database.close());

const expected = {
  actions: 720,
  creates: 144,
  updates: 144,
  deletes: 144,
  views: 144,
  logins: 240,
  failedLogins: 240,
  exports: 100,
  systemErrors: 360,
  unresolved: 540,
};

async function countAll() {
  await database.sql`SELECT annals.keep_rollups((SELECT seq FROM annals.head), 1)`;
}

describe.each([
  ["counted one by one", false],
  ["from rollups", true],
])("the summary, %s,", (_, rolled) => {
  beforeAll(async () => {
    if (rolled) await countAll();
  });

  test("is the nine figures of the window, and exports", async () => {
    const { figures, atLeast, from, to } = await summary(db, viewer, window);
    expect({ figures, atLeast, from, to }).toEqual({ figures: expected, atLeast: [], ...window });
  });

  test("has a part for each day, in the reader's zone, which add up to it", async () => {
    const { figures, periods } = await summary(db, viewer, window, "Asia/Kathmandu");
    expect(periods).toHaveLength(31);
    expect(periods[0]).toMatchObject({ on: "2026-02-13", level: "day", from: window.from });
    expect(periods.at(-1)).toMatchObject({ on: "2026-03-15", to: window.to });
    // From 18:15 to 18:15 in UTC.
    expect(periods[1]).toMatchObject({
      from: "2026-02-13T18:15:00.000000Z",
      figures: { actions: 24, logins: 8 },
    });
    for (const [figure, count] of Object.entries(figures)) {
      if (figure === "unresolved") continue;
      const sum = periods.reduce((total, part) => total + (part.figures[figure as "actions"] ?? 0), 0);
      expect([figure, sum]).toEqual([figure, count]);
    }
  });

  test("of a longer time goes by months", async () => {
    const { periods, figures } = await summary(db, viewer, {
      ...window,
      from: "2025-06-10T00:00:00.000000Z",
    });
    expect(periods.map(({ on }) => on)).toContain("2026-01");
    expect(periods).toHaveLength(10);
    expect(figures).toMatchObject({ actions: 1440, exports: 100, unresolved: 1080 });
  });

  test("of one actor has only what that one did", async () => {
    const his = Array.from({ length: 720 }, (_, at) => at + 1).filter((hour) => hour % 7 === 0);
    const { figures, atLeast } = await summary(db, viewer, window, "UTC", { actor: "7" });
    expect(atLeast).toEqual([]);
    expect(figures).toEqual({
      actions: his.length,
      ...Object.fromEntries(
        ["creates", "updates", "deletes", "views"].map((figure, at) => [
          figure,
          his.filter((hour) => hour % 5 === at).length,
        ]),
      ),
      logins: his.filter((hour) => hour % 3 === 0).length,
      failedLogins: his.filter((hour) => hour % 3 === 1).length,
      exports: 0,
      systemErrors: his.filter((hour) => hour % 2).length,
      unresolved: his.filter((hour) => hour % 4).length,
    });
  });

  test("of a window within a quarter of an hour is exact, too", async () => {
    const hour = { from: "2026-03-14T09:00:00.000000Z", to: "2026-03-14T09:00:00.000001Z" };
    expect((await summary(db, viewer, hour)).figures.actions).toBe(1);
    const later = { from: "2026-03-14T09:00:00.000001Z", to: "2026-03-14T09:10:00.000000Z" };
    expect((await summary(db, viewer, later)).figures.actions).toBe(0);
  });

  test("leaves out what the viewer may not see, and counts only the viewer's tenants", async () => {
    const support = await summary(db, viewerOf({ ...user, role: "support" }), window);
    expect(support.figures).not.toHaveProperty("exports");
    expect(support.figures.actions).toBe(720);
    const north = await summary(db, viewerOf({ ...user, tenants: ["north"] }), window);
    expect(north.figures).toMatchObject({ actions: 360, logins: 0, exports: 0, unresolved: 0 });
  });
});

test("more open events than are counted are told to be at least so many", async () => {
  const other = await openTestDatabase();
  await other.sql`SELECT 1`;
  const rows = Array.from({ length: 10_001 }, () => ({ recorded_at: ago(5), tenant: "north" }));
  await fillRecords(other.sql, "system_event", rows);
  for (const tenants of [null, ["north", "south"]]) {
    const told = await summary(executorOf(other.sql), viewerOf({ ...user, tenants }), window);
    expect(told).toMatchObject({ figures: { unresolved: 10_000 }, atLeast: ["unresolved"] });
  }
  await other.close();
});

test("open events stand by level and age", async () => {
  const { total, levels } = await openEvents(db, viewer, now);
  expect(total).toEqual({ count: 1080, capped: false });
  // Each odd hour an error, of the even ones every other an info; up to an hour, a day, a week, 30 days, older.
  expect(levels).toEqual([
    { level: "ERROR", counts: [1, 11, 72, 276, 360] },
    { level: "INFO", counts: [0, 6, 36, 138, 180] },
  ]);
});

test("addresses that fail come with how often and under how many names", async () => {
  const { found, looked, lookedBackTo } = await failingAddresses(db, viewer, window);
  expect({ looked, lookedBackTo }).toEqual({ looked: 480, lookedBackTo: undefined });
  expect(found.map(({ ip, attempts, usernames }) => [ip, attempts, usernames])).toEqual([
    ["198.51.100.7", 240, 2],
    ["192.0.2.1", 120, 2],
    [null, 120, 2],
  ]);
  const all = await failingAddresses(db, viewer, { from: null, to: null });
  expect(all.looked).toBe(960);
});

test("the largest export comes first", async () => {
  const { found, looked } = await largestExports(db, viewer, window);
  expect(looked).toBe(100);
  expect(found.map(({ record_count }) => record_count).slice(0, 3)).toEqual(["9999999", "100", "99"]);
});

test("a sample that did not reach the end of the window says how far it came", async () => {
  const other = await openTestDatabase();
  const rows = Array.from({ length: 1500 }, (_, at) => ({ recorded_at: ago(1500 - at), status: "FAILED" }));
  await fillRecords(other.sql, "login_attempt", rows);
  const told = await failingAddresses(executorOf(other.sql), viewer, { from: null, to: null });
  expect(told).toMatchObject({ looked: 1000, lookedBackTo: ago(1000).replace("Z", "000Z") });
  await other.close();
});

test("freshness is that of the newest event of any kind", async () => {
  expect(await freshness(db, viewer)).toEqual({ newest: ago(1).replace("Z", "000Z"), filed: "4420" });
  expect(await freshness(db, viewerOf({ ...user, tenants: ["north"] }))).toEqual({
    newest: ago(1).replace("Z", "000Z"),
    filed: null,
  });
});

describe("annals.getAuditSummary", () => {
  test("gives the figures by name", async () => {
    const annals = createAnnals({ database: database.url });
    const told = await annals.getAuditSummary({ from: window.from, to: now });
    expect(told).toMatchObject({ ...expected, from: window.from, atLeast: [] });
    expect(told.periods).toHaveLength(31);
    expect(await annals.getAuditSummary({ from: "2026-03-01", to: "2026-03-02" })).toMatchObject({
      actions: 24,
    });
    expect(await annals.getAuditSummary({ from: window.from, to: now, tenants: ["north"] })).toMatchObject({
      actions: 360,
    });
    const ofOne = await annals.getAuditSummary({ from: window.from, to: now, actor: "7" });
    expect(ofOne).toMatchObject({ actions: 102, exports: 0 });
    expect((await annals.getAuditSummary()).actions).toBe(0);
    await annals.close();
  });

  test.each([
    [{ from: "yesterday" }, 'from is "yesterday"'],
    [{ from: new Date(Number.NaN) }, "from is"],
    [{ from: now, to: now }, "from is"],
    [{ zone: "Mars" }, 'zone is "Mars"'],
    [{ tenants: "north" as never }, 'tenants is "north"'],
    [{ actor: "" }, 'actor is ""'],
  ])("refuses %j", async (options, message) => {
    const annals = createAnnals({ database: database.url });
    await expect(annals.getAuditSummary(options)).rejects.toMatchObject({
      code: "USAGE",
      message: expect.stringContaining(message),
    });
    await annals.close();
  });

  test("says what a role lacks that may only write", async () => {
    const role = `annals_summary_${process.pid}`;
    await database.sql.unsafe(`CREATE ROLE ${role} LOGIN; GRANT annals_writer TO ${role}`);
    const url = new URL(database.url);
    url.username = role;
    const client = postgres(url.href, { max: 1 });
    const annals = createAnnals({ database: client });
    await expect(annals.getAuditSummary()).rejects.toMatchObject({
      code: "RIGHT_MISSING",
      hint: expect.stringContaining("annals_reader"),
    });
    await annals.close();
    await client.end();
    await database.sql.unsafe(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
  });
});
