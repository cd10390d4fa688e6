import postgres from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { fillRecords } from "../../testing/fill-records.ts";
import { permissions } from "../access/permissions.ts";
import { roles } from "../access/roles.ts";
import { type Viewer, viewerOf } from "../access/viewer.ts";
import { executorOf } from "../adapters/db/postgres-js.ts";
import type { Executor } from "../executor.ts";
import { definitions, kinds } from "../records/kinds.ts";
import { innerReads, readFunctions, reads, row, searchOf, wholeReads } from "./fixtures.ts";
import { listRecords } from "./list-records.ts";
import { waitingEvents } from "./waiting-events.ts";

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

test("what is not of one kind is FORBIDDEN to whoever may view nothing, and of a record that they may not view", async () => {
  const exporter: Viewer = {
    ...viewerOf({ id: "1", username: "x", label: "X", role: "auditor" }),
    permissions: ["export"],
  };
  for (const [name, { read, needs }] of Object.entries(wholeReads)) {
    for (const nobody of [undefined, exporter]) {
      await expect(read(untouched, nobody as Viewer), name).rejects.toMatchObject({ code: "FORBIDDEN" });
    }
    if (!needs) continue;
    const viewer: Viewer = { ...exporter, permissions: permissions.filter((one) => one !== needs) };
    await expect(read(untouched, viewer), name).rejects.toMatchObject({ code: "FORBIDDEN" });
  }
});

test("no function that reads is missing in the fixtures, by which rights, tenants and replicas are proved", () => {
  const { forViewers, inner } = readFunctions();
  expect(forViewers.sort()).toEqual([...Object.keys(reads), ...Object.keys(wholeReads)].sort());
  // Without a viewer: each takes a search that is confined, or reads no row of a record by itself.
  expect(inner.sort()).toEqual([...innerReads].sort());
});

test("the reader's rights in the database are enough for all of them", async () => {
  const viewer = viewerOf({ id: "1", username: "v", label: "V", role: "superuser" });
  for (const read of Object.values(reads)) {
    for (const kind of kinds) await expect(read(executorOf(reader), viewer, kind)).resolves.not.toThrow();
  }
  for (const { read } of Object.values(wholeReads))
    await expect(read(executorOf(reader), viewer)).resolves.not.toThrow();
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
