import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { fillRecords } from "../../testing/fill-records.ts";
import { viewerOf } from "../access/viewer.ts";
import { executorOf } from "../adapters/db/postgres-js.ts";
import type { Executor } from "../executor.ts";
import { definitions } from "../records/kinds.ts";
import { countRecords } from "./count-records.ts";
import { dateStrip } from "./date-strip.ts";
import { facetCounts } from "./facet-counts.ts";
import { findRecord } from "./find-record.ts";
import { listRecords } from "./list-records.ts";
import { parseSearch } from "./search-params.ts";

const { audit } = definitions;
const viewer = viewerOf({ id: "1", username: "alice", label: "Alice", role: "auditor" });
const now = new Date("2026-03-15T12:00:00Z");
let database: TestDatabase;

beforeAll(async () => {
  database = await openTestDatabase();
  // Two years, an hour apart: 730 rows a month.
  const rows = Array.from({ length: 24 * 730 }, (_, at) => ({
    recorded_at: new Date(now.getTime() - (at + 1) * 3_600_000).toISOString(),
    actor_id: String(at % 50),
    object_type: "invoice",
    object_id: String(at % 1000),
  }));
  await fillRecords(database.sql, "audit_log", rows.reverse());
  await database.sql`ANALYZE annals.audit_log`;
});
afterAll(() => database.close());

interface Node {
  "Node Type": string;
  "Relation Name"?: string;
  "Actual Loops"?: number;
  Plans?: Node[];
}

/** The plans of all statements that a read makes on the record itself, its nodes in one list. */
async function explain(
  read: (db: Executor) => Promise<unknown>,
): Promise<{ nodes: string[]; planned: string[]; read: string[] }> {
  const db = executorOf(database.sql);
  const plans: Node[] = [];
  await read({
    async query<Row>(text: string, values?: readonly unknown[]) {
      if (/"audit_log(_\d{6})?"/.test(text)) {
        const [row] = await db.query<{ "QUERY PLAN": { Plan: Node }[] }>(
          `EXPLAIN (ANALYZE, FORMAT JSON) ${text}`,
          values,
        );
        if (row?.["QUERY PLAN"][0]) plans.push(row["QUERY PLAN"][0].Plan);
      }
      return db.query<Row>(text, values);
    },
  });
  const all = (node: Node): Node[] => [node, ...(node.Plans ?? []).flatMap(all)];
  const nodes = plans.flatMap(all);
  const names = (some: Node[]) =>
    [...new Set(some.flatMap((node) => node["Relation Name"] ?? []))]
      .filter((name) => name.startsWith("audit_log"))
      .sort();
  return {
    nodes: nodes.map((node) => node["Node Type"]),
    planned: names(nodes),
    read: names(nodes.filter((node) => (node["Actual Loops"] ?? 0) > 0)),
  };
}

const list = (query: string) => (db: Executor) =>
  listRecords(db, viewer, audit, parseSearch(audit, new URLSearchParams(query), now).search);

test("the default list plans one month, walks its key and sorts nothing", async () => {
  const { nodes, planned } = await explain(list(""));
  expect(planned).toEqual(["audit_log_202603"]);
  expect(nodes.filter((node) => /Sort|Seq Scan/.test(node))).toEqual([]);
  expect(nodes).toContain("Index Scan");
});

test("all time reads the newest months in order until the page is full, and sorts nothing", async () => {
  for (const [query, month] of [
    ["from=all", "audit_log_202603"],
    ["from=all&sort=time", "audit_log_202403"],
  ] as const) {
    const { nodes, read } = await explain(list(query));
    expect(nodes.filter((node) => /Sort|Seq Scan|Append/.test(node))).toEqual([]);
    expect(read).toEqual([month]);
  }
});

test("a rare value is looked for in many months at once", async () => {
  for (const query of ["from=all&tenant=nobody", "from=all&actor=nobody", "from=all&ip=203.0.113.7"]) {
    let statements = 0;
    const db = executorOf(database.sql);
    await list(query)({
      query<Row>(text: string, values?: readonly unknown[]) {
        statements += 1;
        return db.query<Row>(text, values);
      },
    });
    expect(statements).toBeLessThanOrEqual(8);
  }
});

test("what came all at once, long ago, is found where the rollups hold it", async () => {
  const burst = Array.from({ length: 300 }, (_, at) => ({
    recorded_at: new Date(Date.parse("2025-06-14T08:00:00Z") + at * 1000).toISOString(),
    tenant: "burst",
  }));
  await fillRecords(database.sql, "audit_log", burst);
  const asked: string[] = [];
  const db = executorOf(database.sql);
  const spy: Executor = {
    query<Row>(text: string, values?: readonly unknown[]) {
      asked.push(text);
      return db.query<Row>(text, values);
    },
  };
  const { search } = parseSearch(audit, { from: "all", tenant: "burst", n: "25" }, now);
  const limits = { probe: 10, portion: 20, patience: 40, candidates: 50 };
  const page = await listRecords(spy, viewer, audit, search, { limits });
  expect(page.rows.map((row) => row.recorded_at)).toEqual(
    burst
      .slice(-25)
      .reverse()
      .map((row) => row.recorded_at.replace("Z", "000Z")),
  );
  expect(asked.filter((text) => text.includes("annals.rollup_day"))).toHaveLength(1);
  expect(asked.length).toBeLessThanOrEqual(16);
});

test("a page far back plans no month newer than its place", async () => {
  const search = parseSearch(audit, { from: "all" }, now).search;
  const cursor = { direction: "after", at: "2024-06-20T00:00:00.000000Z", seq: "1900" } as const;
  const { planned, read, nodes } = await explain((db) =>
    listRecords(db, viewer, audit, { ...search, bound: "17520", cursor }),
  );
  expect(planned.filter((name) => name > "audit_log_202406")).toEqual([]);
  expect(nodes.filter((node) => /Sort|Seq Scan/.test(node))).toEqual([]);
  expect(read).toEqual(["audit_log_202406"]);
});

test("a drilled day plans one month in the list, the count, the strip and the facets", async () => {
  const { search } = parseSearch(audit, { on: "2025-06-14", actor: "7" }, now);
  for (const read of [
    (db: Executor) => listRecords(db, viewer, audit, search),
    (db: Executor) => countRecords(db, viewer, audit, search),
    (db: Executor) => dateStrip(db, viewer, audit, search),
    (db: Executor) => facetCounts(db, viewer, audit, search),
  ]) {
    expect((await explain(read)).planned).toEqual(["audit_log_202506"]);
  }
});

test("a record by its number plans the month of its segment and reads one index", async () => {
  const { planned, nodes } = await explain((db) => findRecord(db, viewer, audit, "9000"));
  expect(planned).toHaveLength(1);
  expect(nodes.filter((node) => /Index/.test(node)).length).toBeGreaterThan(0);
  expect(nodes.filter((node) => /Seq Scan/.test(node))).toEqual([]);
});

test("the history of one object goes by its index", async () => {
  const { nodes } = await explain(list("from=all&type=invoice&object=42"));
  expect(nodes.filter((node) => /Seq Scan/.test(node))).toEqual([]);
});
