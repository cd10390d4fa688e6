import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import postgres from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { fillRecords } from "../../testing/fill-records.ts";
import { roles } from "../access/roles.ts";
import { type Viewer, viewerOf } from "../access/viewer.ts";
import { executorOf } from "../adapters/db/postgres-js.ts";
import type { Executor } from "../executor.ts";
import type { Kind } from "../records/define.ts";
import { definitions, kinds } from "../records/kinds.ts";
import { checkVocabulary } from "./check-vocabulary.ts";
import { countRecords } from "./count-records.ts";
import { dateStrip } from "./date-strip.ts";
import { facetCounts } from "./facet-counts.ts";
import { findNeighbours } from "./find-neighbours.ts";
import { findRecord } from "./find-record.ts";
import { listRecords } from "./list-records.ts";
import { parseSearch } from "./search-params.ts";
import { type Item, surrounding } from "./surrounding.ts";
import { waitingEvents } from "./waiting-events.ts";

const now = new Date("2026-03-15T12:00:00Z");
const row = { recorded_at: "2026-03-14T09:00:00.000000Z", seq: "1", request_id: "r1" };

/** Every function that reads, for one kind. */
const reads: Record<string, (db: Executor, viewer: Viewer, kind: Kind) => Promise<unknown>> = {
  listRecords: (db, viewer, kind) => listRecords(db, viewer, definitions[kind], searchOf(kind)),
  checkVocabulary: (db, viewer, kind) => checkVocabulary(db, viewer, definitions[kind], searchOf(kind)),
  countRecords: (db, viewer, kind) => countRecords(db, viewer, definitions[kind], searchOf(kind)),
  dateStrip: (db, viewer, kind) => dateStrip(db, viewer, definitions[kind], searchOf(kind)),
  facetCounts: (db, viewer, kind) => facetCounts(db, viewer, definitions[kind], searchOf(kind)),
  findRecord: (db, viewer, kind) => findRecord(db, viewer, definitions[kind], "1"),
  findNeighbours: (db, viewer, kind) => findNeighbours(db, viewer, definitions[kind], searchOf(kind), row),
  surrounding: (db, viewer, kind) => surrounding(db, viewer, { kind, row } as unknown as Item, "request"),
};

function searchOf(kind: Kind) {
  return parseSearch(definitions[kind], { from: "all" }, now).search;
}

const untouched: Executor = {
  query: () => {
    throw new Error("the database was asked");
  },
};

let database: TestDatabase;
let reader: postgres.Sql;

beforeAll(async () => {
  database = await openTestDatabase();
  for (const kind of kinds) await fillRecords(database.sql, definitions[kind].record, [row]);
  reader = postgres(database.url, { max: 1, onnotice: () => {} });
  await reader`SET ROLE annals_reader`;
});
afterAll(async () => {
  await reader.end();
  await database.close();
});

test.each(Object.entries(reads))(
  "%s is FORBIDDEN without the right, and asks the database nothing",
  async (_, read) => {
    for (const role of roles) {
      const viewer = viewerOf({ id: "1", username: "v", label: "V", role });
      for (const kind of kinds) {
        if (viewer.permissions.includes(`${kind}.view`)) continue;
        await expect(read(untouched, viewer, kind)).rejects.toMatchObject({ code: "FORBIDDEN" });
      }
    }
    for (const nobody of [undefined, null, {}, { permissions: [] }] as Viewer[]) {
      for (const kind of kinds)
        await expect(read(untouched, nobody, kind)).rejects.toMatchObject({ code: "FORBIDDEN" });
    }
  },
);

test("waitingEvents is FORBIDDEN to whoever may view nothing", async () => {
  await expect(waitingEvents(untouched, undefined as unknown as Viewer)).rejects.toMatchObject({
    code: "FORBIDDEN",
  });
  const exporter: Viewer = {
    ...viewerOf({ id: "1", username: "x", label: "X", role: "auditor" }),
    permissions: ["export"],
  };
  await expect(waitingEvents(untouched, exporter)).rejects.toMatchObject({ code: "FORBIDDEN" });
});

test("no function that takes a database is missing above", () => {
  const folder = fileURLToPath(new URL(".", import.meta.url));
  const files = readdirSync(folder).filter((name) => name.endsWith(".ts") && !name.includes(".test."));
  const taking = files.flatMap((name) =>
    [
      ...readFileSync(folder + name, "utf8").matchAll(
        /export async function (\w+)[^(]*\(\s*db: Executor,\s*viewer/g,
      ),
    ].map(([, found]) => found),
  );
  expect(taking.sort()).toEqual([...Object.keys(reads), "waitingEvents"].sort());
});

test("the reader's rights in the database are enough for all of them", async () => {
  const viewer = viewerOf({ id: "1", username: "v", label: "V", role: "superuser" });
  for (const read of Object.values(reads)) {
    for (const kind of kinds) await expect(read(executorOf(reader), viewer, kind)).resolves.not.toThrow();
  }
  expect(await waitingEvents(executorOf(reader), viewer)).toEqual({ count: 0, capped: false });
});

test("events that wait are counted", async () => {
  const viewer = viewerOf({ id: "1", username: "v", label: "V", role: "support" });
  await database.sql`SELECT annals.record('audit', '{"action":"VIEW"}')`;
  expect(await waitingEvents(executorOf(database.sql), viewer)).toEqual({ count: 1, capped: false });
  await database.sql`SELECT annals.record('audit', '{"action":"VIEW"}') FROM generate_series(1, 10000)`;
  expect(await waitingEvents(executorOf(database.sql), viewer)).toEqual({ count: 10_000, capped: true });
});

test("a call without a viewer does not compile", () => {
  const { audit } = definitions;
  const calls = () => {
    // @ts-expect-error: the viewer is missing
    void listRecords(untouched, audit, searchOf("audit"));
    // @ts-expect-error: the viewer is missing
    void waitingEvents(untouched);
  };
  expect(calls).toBeTypeOf("function");
});
