// However much there is of what is asked for, a page or a panel reads a bounded part of it. Shown on four months by
// the plans that were run: which rows were touched, and how.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { fillRecords } from "../../testing/fill-records.ts";
import { type Viewer, viewerOf } from "../access/viewer.ts";
import { executorOf } from "../adapters/db/postgres-js.ts";
import type { Executor } from "../executor.ts";
import { definitions, kinds } from "../records/kinds.ts";
import { actorHistory } from "./actor-history.ts";
import { failingAddresses } from "./failing-addresses.ts";
import { freshness } from "./freshness.ts";
import { largestExports } from "./largest-exports.ts";
import { listRecords } from "./list-records.ts";
import { objectFacts } from "./object-facts.ts";
import { objectHistory } from "./object-history.ts";
import { openEvents } from "./open-events.ts";
import { parseSearch } from "./search-params.ts";
import { summary } from "./summary.ts";

const user = { id: "1", username: "v", label: "V", role: "superuser" } as const;
const everybody = viewerOf(user);
const ofOne = viewerOf({ ...user, tenants: ["rare"] });
const ofMany = viewerOf({ ...user, tenants: ["common", "rare"] });
const now = new Date("2026-03-15T12:00:00Z");
const month = { from: "2026-02-13T12:00:00.000000Z", to: "2026-03-15T12:00:00.000000Z" };
// More in a month than is ever read row by row.
const perKind = 4 * 12_000;

let database: TestDatabase;

beforeAll(async () => {
  database = await openTestDatabase();
  for (const kind of kinds) {
    const rows = Array.from({ length: perKind }, (_, back) => {
      const at = perKind - back;
      return {
        recorded_at: new Date(now.getTime() - at * 216_000).toISOString(),
        actor_id: at % 3000 === 7 ? "rare" : at % 5 < 3 ? "busy" : String(at % 400),
        tenant: at % 2000 === 7 ? "rare" : at % 3 === 0 ? "common" : "",
        ...(kind === "audit" && {
          object_type: "invoice",
          object_id: at % 2 ? "hot" : String(at),
          action: at % 2 ? "UPDATE" : "VIEW",
          source: at % 2 ? "trigger" : "api",
        }),
        ...(kind === "logins" && { status: at % 2 ? "FAILED" : "SUCCESS", ip: `10.0.0.${at % 200}` }),
        ...(kind === "exports" && { record_count: String(at) }),
      };
    });
    for (let part = 0; part < rows.length; part += 12_000) {
      await fillRecords(database.sql, definitions[kind].record, rows.slice(part, part + 12_000));
      await keepFromAnalyzing(definitions[kind].record);
    }
  }
  await database.sql`SELECT annals.keep_rollups((SELECT seq FROM annals.head), 1)`;
}, 240_000);
afterAll(() => database.close());

/** On a busy machine autovacuum would come before the tests that are about tables without statistics. */
async function keepFromAnalyzing(record: string): Promise<void> {
  const months = await database.sql<{ name: string }[]>`
    SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = ${`annals.${record}`}::regclass`;
  for (const { name } of months)
    await database.sql.unsafe(`ALTER TABLE ${name} SET (autovacuum_enabled = off)`);
}

interface Node {
  "Node Type": string;
  "Relation Name"?: string;
  "Actual Rows": number;
  "Actual Loops": number;
  "Rows Removed by Filter"?: number;
  "Rows Removed by Index Recheck"?: number;
  Plans?: Node[];
}

interface Work {
  statements: number;
  /** Rows that were looked at, by record. */
  read: Record<string, number>;
  /** The most that one node has sorted. */
  sorted: number;
  /** Months that were read from end to end. */
  scanned: string[];
}

async function workOf(read: (db: Executor) => Promise<unknown>): Promise<Work> {
  const inner = executorOf(database.sql);
  const work: Work = { statements: 0, read: {}, sorted: 0, scanned: [] };
  const look = (node: Node) => {
    const loops = node["Actual Loops"];
    const rows =
      (node["Actual Rows"] +
        (node["Rows Removed by Filter"] ?? 0) +
        (node["Rows Removed by Index Recheck"] ?? 0)) *
      loops;
    const [, record] =
      /^(audit_log|login_attempt|data_export|system_event)_/.exec(node["Relation Name"] ?? "") ?? [];
    if (record) work.read[record] = (work.read[record] ?? 0) + Math.round(rows);
    if (record && node["Node Type"] === "Seq Scan" && rows > 0)
      work.scanned.push(node["Relation Name"] ?? "");
    if (/Sort/.test(node["Node Type"])) work.sorted = Math.max(work.sorted, node["Actual Rows"]);
    for (const below of node.Plans ?? []) look(below);
  };
  await read({
    async query<Row>(text: string, values?: readonly unknown[]) {
      work.statements += 1;
      if (/"?annals"?\."?(audit_log|login_attempt|data_export|system_event)/.test(text)) {
        const [row] = await inner.query<{ "QUERY PLAN": { Plan: Node }[] }>(
          `EXPLAIN (ANALYZE, FORMAT JSON) ${text}`,
          values,
        );
        if (row?.["QUERY PLAN"][0]) look(row["QUERY PLAN"][0].Plan);
      }
      return inner.query<Row>(text, values);
    },
  });
  return work;
}

const viewers: [string, Viewer][] = [
  ["everybody's records", everybody],
  ["those of a small tenant", ofOne],
  ["those of two tenants", ofMany],
];

test("of two common values that never meet, no month is looked through", async () => {
  const { search } = parseSearch(definitions.audit, { from: "all", action: "VIEW", source: "trigger" }, now);
  const page = { rows: [] as unknown[], finished: false };
  const { statements, scanned } = await workOf(async (db) => {
    const { rows, searchedBackTo } = await listRecords(db, everybody, definitions.audit, search);
    Object.assign(page, { rows, finished: searchedBackTo === undefined });
  });
  expect(page).toEqual({ rows: [], finished: true });
  // What there is, a probe of the newest rows, and the rollups.
  expect(statements).toBe(3);
  expect(scanned).toEqual([]);
});

/** What is one statement, or one and the rollups. */
function proveStatements(viewer: Viewer): void {
  test("the summary of a month reads no record but the open events", async () => {
    const { read, scanned } = await workOf((db) => summary(db, viewer, month));
    expect(Object.keys(read).filter((record) => record !== "system_event" && read[record])).toEqual([]);
    // Of the 48,000 that are open, those of the month, and no more than are counted.
    expect(read.system_event ?? 0).toBeLessThanOrEqual(viewer === ofMany ? 20_002 : 10_001);
    expect(scanned).toEqual([]);
  });

  test("the open events are the newest 10,000 by their index", async () => {
    const { read, scanned, sorted } = await workOf((db) => openEvents(db, viewer, now));
    expect(read.system_event).toBeLessThanOrEqual(viewer === ofMany ? 20_002 : 10_001);
    expect(scanned).toEqual([]);
    expect(sorted).toBeLessThanOrEqual(10_001);
  });

  test("what stands above it looks at its newest 10,000 events", async () => {
    const { read, scanned } = await workOf((db) => objectFacts(db, viewer, { type: "invoice", key: "hot" }));
    expect(read.audit_log).toBeLessThanOrEqual(10_001);
    expect(scanned).toEqual([]);
  });
}

/** What walks through the months. That walks hold without statistics is shown in fence.test.ts. */
function proveWalks(viewer: Viewer): void {
  test("a page of a busy actor reads little more than the page", async () => {
    const { read, scanned } = await workOf((db) => actorHistory(db, viewer, { actor: "busy" }));
    for (const [record, rows] of Object.entries(read)) expect([record, rows]).toSatisfy(() => rows < 12_000);
    if (viewer === everybody) {
      expect(read.audit_log).toBeLessThanOrEqual(51);
      expect(read.data_export).toBeLessThanOrEqual(51);
    }
    expect(scanned).toEqual([]);
  });

  test("so does one of a rare actor, all months through", async () => {
    const { read, scanned } = await workOf((db) =>
      actorHistory(db, viewer, { actor: "rare" }, { budgetMs: 60_000 }),
    );
    for (const [record, rows] of Object.entries(read)) expect([record, rows]).toSatisfy(() => rows < 3000);
    expect(scanned).toEqual([]);
  });

  test("a page of an object that is written all the time", async () => {
    const { read, scanned } = await workOf((db) =>
      objectHistory(db, viewer, { type: "invoice", key: "hot" }),
    );
    expect(read.audit_log).toBeLessThanOrEqual(viewer === everybody ? 51 : 12_000);
    expect(scanned).toEqual([]);
  });

  test("failing addresses and largest exports look at a thousand", async () => {
    const all = { from: null, to: null };
    const failing = await workOf((db) => failingAddresses(db, viewer, all));
    const largest = await workOf((db) => largestExports(db, viewer, all));
    expect(failing.read.login_attempt).toBeLessThan(14_000);
    expect(largest.read.data_export).toBeLessThan(14_000);
    expect([...failing.scanned, ...largest.scanned]).toEqual([]);
  });

  test("freshness asks for the newest", async () => {
    const { read, scanned } = await workOf((db) => freshness(db, viewer));
    for (const [record, rows] of Object.entries(read)) expect([record, rows]).toSatisfy(() => rows < 1100);
    expect(scanned).toEqual([]);
  });
}

// A new month has no statistics.
describe("without statistics", () => {
  describe.each(viewers)("%s", (_, viewer) => proveStatements(viewer));
});

describe("with statistics", () => {
  beforeAll(async () => {
    for (const kind of kinds) await database.sql.unsafe(`ANALYZE annals.${definitions[kind].record}`);
    await database.sql`ANALYZE annals.rollup_day`;
  });
  describe.each(viewers)("%s", (_, viewer) => {
    proveStatements(viewer);
    proveWalks(viewer);
  });
});
