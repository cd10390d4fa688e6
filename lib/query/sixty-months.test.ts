// Five years of months: no statement of a reader plans them all, nor takes long to be planned.
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
import { findNeighbours } from "./find-neighbours.ts";
import { findRecord } from "./find-record.ts";
import { listRecords } from "./list-records.ts";
import { parseSearch } from "./search-params.ts";

const { audit } = definitions;
const viewer = viewerOf({ id: "1", username: "ada", label: "Ada", role: "auditor" });
const now = new Date("2026-03-15T12:00:00Z");
const searchOf = (query: string) => parseSearch(audit, new URLSearchParams(query), now).search;
let database: TestDatabase;

beforeAll(async () => {
  database = await openTestDatabase();
  // 61 months and some, ten events a day.
  const rows = Array.from({ length: 61 * 305 }, (_, at) => ({
    recorded_at: new Date(now.getTime() - (at + 1) * 8_640_000).toISOString(),
    actor_id: String(at % 50),
    object_type: "invoice",
    object_id: String(at % 1000),
    action: ["CREATE", "UPDATE", "DELETE"][at % 3],
  }));
  await fillRecords(database.sql, "audit_log", rows.reverse());
  await database.sql`SELECT annals.repair_rollups()`;
  await database.sql`ANALYZE annals.audit_log`;
}, 120_000);
afterAll(() => database.close());

interface Plan {
  "Relation Name"?: string;
  Plans?: Plan[];
}
interface Planned {
  ms: number;
  months: number;
  text: string;
}

/** How long each statement of a reading took to be planned, at best of five, and of how many months its plan is. */
async function plan(read: (db: Executor) => Promise<unknown>): Promise<Planned[]> {
  const db = executorOf(database.sql);
  const planned: Planned[] = [];
  await read({
    async query<Row>(text: string, values?: readonly unknown[]) {
      let [ms, months] = [Number.POSITIVE_INFINITY, 0];
      for (let turn = 0; turn < 5; turn += 1) {
        const [row] = await db.query<{ "QUERY PLAN": [{ Plan: Plan; "Planning Time": number }] }>(
          `EXPLAIN (SUMMARY, FORMAT JSON) ${text}`,
          values,
        );
        const found = row?.["QUERY PLAN"][0];
        ms = Math.min(ms, found?.["Planning Time"] ?? 0);
        const names = (node: Plan): string[] => [
          node["Relation Name"] ?? "",
          ...(node.Plans ?? []).flatMap(names),
        ];
        months = new Set(names(found?.Plan ?? {}).filter((name) => /^audit_log_/.test(name))).size;
      }
      planned.push({ ms, months, text });
      return db.query<Row>(text, values);
    },
  });
  return planned;
}

const list = (query: string) => (db: Executor) => listRecords(db, viewer, audit, searchOf(query));

test.each<[string, (db: Executor) => Promise<unknown>]>([
  ["the default list", list("")],
  ["a list over all time", list("from=all")],
  ["the same from the other end", list("from=all&sort=time")],
  ["a list with filters over all time", list("from=all&action=DELETE&type=invoice")],
  ["what is nowhere", list("from=all&action=DELETE&module=nowhere")],
  ["the history of an object", list("from=all&type=invoice&object=7")],
  ["a count over all time", (db) => countRecords(db, viewer, audit, searchOf("from=all&action=DELETE"))],
  ["the strip of five years", (db) => dateStrip(db, viewer, audit, searchOf("from=all"))],
  ["the strip of a year", (db) => dateStrip(db, viewer, audit, searchOf("on=2024&action=UPDATE"))],
  ["the strip of a day", (db) => dateStrip(db, viewer, audit, searchOf("on=2024-05-07"))],
  ["the facets of a month", (db) => facetCounts(db, viewer, audit, searchOf("on=2024-05"))],
  ["one event by its number", (db) => findRecord(db, viewer, audit, "9000")],
  [
    "the neighbours of an event",
    (db) =>
      findNeighbours(db, viewer, audit, searchOf("from=all"), {
        recorded_at: "2024-05-07T12:00:00.000000Z",
        seq: "1",
      }),
  ],
])("%s is planned in under 5 ms, of a dozen months at most", async (_, read) => {
  const planned = await plan(read);
  expect(planned.length).toBeGreaterThan(0);
  // Where little is found, several are looked through at once: see stride.ts.
  expect(planned.filter(({ months }) => months > 12)).toEqual([]);
  expect(planned.filter(({ ms }) => ms >= 5)).toEqual([]);
});

test("the control: a statement that names no time plans all of them", async () => {
  const [all] = await plan((db) => db.query("SELECT * FROM annals.audit_log ORDER BY seq DESC LIMIT 1"));
  expect(all?.months).toBeGreaterThan(60);
});
