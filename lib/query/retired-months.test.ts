// What a reader sees of months that retention has dropped.
import type postgres from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { openSession, type Session } from "../../testing/session.ts";
import { viewerOf } from "../access/viewer.ts";
import { executorOf } from "../adapters/db/postgres-js.ts";
import type { Executor } from "../executor.ts";
import { definitions } from "../records/kinds.ts";
import { fillMonths } from "../retention/fixtures.ts";
import { countRecords } from "./count-records.ts";
import { dateStrip } from "./date-strip.ts";
import { facetCounts } from "./facet-counts.ts";
import { findNeighbours } from "./find-neighbours.ts";
import { findRecord } from "./find-record.ts";
import { findTombstone } from "./find-tombstone.ts";
import { listRecords } from "./list-records.ts";
import { parseSearch } from "./search-params.ts";

const { audit, logins } = definitions;
const viewer = viewerOf({ id: "1", username: "ada", label: "Ada", role: "auditor" });
const searchOf = (query: string) =>
  parseSearch(audit, new URLSearchParams(query), new Date("2024-05-15T00:00:00Z")).search;
let database: TestDatabase;
let session: Session;
let sql: postgres.Sql;
let db: Executor;

beforeAll(async () => {
  database = await openTestDatabase();
  session = openSession(database.url);
  sql = session.sql;
  db = executorOf(sql);
  await fillMonths(sql, ["2024-01", "2024-02", "2024-03", "2024-04"], 60);
  await sql`SELECT annals.repair_rollups()`;
});
afterAll(async () => {
  await session.close();
  await database.close();
});

async function retire(month: string, client = sql): Promise<void> {
  await client`SELECT annals.retire_month('audit_log', ${`${month}-01`}::text::date, annals.month_witness('audit_log', ${`${month}-01`}::text::date),
    '{"file": "shop-audit_log.ndjson.gz", "sha256": "${sql.unsafe("a".repeat(64))}", "bytes": 7}'::json, 'Retention policy of this test', 'ada', '1')`;
}

/** All numbers of a search, page by page. */
async function walk(query: string): Promise<string[]> {
  const seqs: string[] = [];
  let page = await listRecords(db, viewer, audit, searchOf(`${query}&n=25`));
  for (;;) {
    seqs.push(...page.rows.map(({ seq }) => seq));
    if (!page.older) return seqs;
    page = await listRecords(db, viewer, audit, page.older);
  }
}

test("lists, counts, strips and facets go on over a hole, a page that was open before it too", async () => {
  const [{ seq: middle } = { seq: "" }] =
    await sql`SELECT min(seq)::text AS seq FROM annals.audit_log WHERE recorded_at >= '2024-02-01'`;
  const open = await listRecords(db, viewer, audit, searchOf("from=all&n=100"));
  expect(open.older).toBeDefined();
  await retire("2024-02");
  const all = await walk("from=all");
  expect(all).toHaveLength(180);
  expect(all).not.toContain(middle);
  expect(await walk("from=all&action=UPDATE&object=7")).toHaveLength(3);
  expect(await walk("from=all&q=order")).toEqual([]);
  const rest = await listRecords(db, viewer, audit, open.older as never);
  expect(open.rows).toHaveLength(100);
  expect(rest.rows).toHaveLength(80);
  expect(await countRecords(db, viewer, audit, searchOf("from=all"))).toEqual({ count: 180, capped: false });
  expect(await walk("on=2024-02")).toEqual([]);
  const strip = await dateStrip(db, viewer, audit, searchOf("on=2024"));
  expect(strip.periods.slice(0, 5).map(({ count }) => count)).toEqual([60, 0, 60, 60, 0]);
  const facets = await facetCounts(db, viewer, audit, searchOf("from=all"));
  expect(facets.find(({ field }) => field === "action")?.values).toMatchObject([
    { value: "UPDATE", count: 180 },
  ]);
  // The neighbours of the last event before the hole and the first after it are each other.
  const [last] =
    await sql`SELECT seq::text, to_char(recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS recorded_at
    FROM annals.audit_log WHERE recorded_at < '2024-02-01' ORDER BY recorded_at DESC LIMIT 1`;
  const { newer } = await findNeighbours(db, viewer, audit, searchOf("from=all"), last as never);
  expect(Number(newer)).toBeGreaterThan(Number(last?.seq) + 4 * 59);
});

test("an event that was retired is told from one that never was, and from one of another kind", async () => {
  const [tombstone] =
    await sql`SELECT first_seq::text AS first, last_seq::text AS last FROM annals.tombstone`;
  for (const seq of [tombstone?.first, tombstone?.last]) {
    expect(await findRecord(db, viewer, audit, seq)).toBeUndefined();
    expect(await findTombstone(db, viewer, audit, seq)).toMatchObject({
      month: "2024-02",
      rows: 60,
      reason: "Retention policy of this test",
      archiveFile: "shop-audit_log.ndjson.gz",
      retiredAt: expect.stringMatching(/^20\d\d-.+Z$/),
    });
    expect(await findTombstone(db, viewer, logins, seq)).toBeUndefined();
  }
  const [login] =
    await sql`SELECT seq::text FROM annals.login_attempt WHERE recorded_at >= '2024-02-10' LIMIT 1`;
  expect(Number(login?.seq)).toBeGreaterThan(Number(tombstone?.first));
  expect(await findTombstone(db, viewer, audit, login?.seq)).toBeUndefined();
  expect(await findTombstone(db, { ...viewer, tenants: ["acme"] }, audit, tombstone?.first)).toBeUndefined();
  expect(await findTombstone(db, viewer, audit, "999999999")).toBeUndefined();
  expect(await findTombstone(db, viewer, audit, "x' OR 1")).toBeUndefined();
  await expect(findTombstone(db, { ...viewer, permissions: [] }, audit, "1")).rejects.toMatchObject({
    code: "FORBIDDEN",
  });
});

test("a month that goes between two statements of a page is read round, not run into", async () => {
  const other = openSession(database.url);
  let dropped = false;
  const slow: Executor = {
    query: async <Row>(text: string, values?: readonly unknown[]) => {
      const rows = await db.query<Row>(text, values);
      if (!dropped && text.includes("rollup_head")) {
        dropped = true;
        await retire("2024-04", other.sql);
      }
      return rows;
    },
  };
  const page = await listRecords(slow, viewer, audit, searchOf("from=all"));
  expect(dropped).toBe(true);
  expect(page.rows[0]?.recorded_at).toMatch(/^2024-03/);
  dropped = false;
  const gone: Executor = {
    query: async <Row>(text: string, values?: readonly unknown[]) => {
      const rows = await db.query<Row>(text, values);
      if (!dropped && text.includes("rollup_head")) {
        dropped = true;
        await retire("2024-03", other.sql);
      }
      return rows;
    },
  };
  expect(await countRecords(gone, viewer, audit, searchOf("from=all&object=7"))).toEqual({
    count: 1,
    capped: false,
  });
  await other.close();
});
