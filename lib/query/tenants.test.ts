// Nothing of another tenant, of any function that reads: what a confined viewer is told is the same whether or not
// the others are there, apart from the ledger number up to which was read.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { fillRecords } from "../../testing/fill-records.ts";
import { type Viewer, viewerOf } from "../access/viewer.ts";
import { executorOf } from "../adapters/db/postgres-js.ts";
import type { Executor } from "../executor.ts";
import type { Kind } from "../records/define.ts";
import { definitions } from "../records/kinds.ts";
import { findRecord } from "./find-record.ts";
import { kinds, reads, searchOf, row as shape, shared, wholeReads } from "./fixtures.ts";
import type { Item } from "./item.ts";
import { listRecords } from "./list-records.ts";
import { surrounding } from "./surrounding.ts";

const user = { id: "1", username: "nora", label: "Nora", role: "superuser" } as const;
const all = viewerOf(user);
const ofNorth = viewerOf({ ...user, tenants: ["north"] });
const ofTwo = viewerOf({ ...user, tenants: ["north", "west"] });
const ofNone = viewerOf({ ...user, tenants: [] });

const own: Record<Kind, (at: number, tenant: string) => object> = {
  audit: (at, tenant) => ({
    action: ["CREATE", "UPDATE", "DELETE", "VIEW"][at % 4],
    object_type: "invoice",
    object_id: at % 3 === 0 ? "42" : `${tenant}-${at % 5}`,
    object_label: `mark of ${tenant}`,
    reason: `mark ${tenant}`,
  }),
  logins: (at, tenant) => ({
    username: at % 2 ? "mark" : `mark-${tenant}`,
    status: ["SUCCESS", "FAILED", "BLOCKED"][at % 3],
    country: tenant.slice(0, 2).toUpperCase() || null,
  }),
  exports: (at, tenant) => ({
    export_type: `mark-${tenant}`,
    file_format: "csv",
    record_count: String(at * (tenant === "south" ? 1000 : 1)),
  }),
  events: (at, tenant) => ({
    event_type: ["ERROR", "INFO", "SECURITY"][at % 3],
    title: `mark ${tenant}`,
    resolved: at % 4 === 0,
    resolved_at: at % 4 === 0 ? "2026-03-15T00:00:00Z" : null,
  }),
};

/** `count` rows of a tenant within the same seven weeks, the first and the last of them at the ends. */
function rowsOf(kind: Kind, tenant: string, count: number) {
  const [from, to] = [Date.parse("2026-02-03T00:00:00Z"), Date.parse("2026-03-15T11:00:00Z")];
  return Array.from({ length: count }, (_, at) => ({
    ...shared,
    actor_label: `label-${tenant}`,
    ...(at % 5 === 4 && {
      actor_id: `actor-${tenant}`,
      session_hash: `s-${tenant}`,
      request_id: `r-${tenant}`,
    }),
    module: tenant === "south" ? "elsewhere" : `only-${tenant}`,
    tenant,
    recorded_at: new Date(from + ((to - from) * at) / (count - 1)).toISOString(),
    ...own[kind](at, tenant),
  }));
}

let mixed: TestDatabase;
let alone: TestDatabase;

beforeAll(async () => {
  [mixed, alone] = await Promise.all([openTestDatabase(), openTestDatabase()]);
  for (const { sql } of [mixed, alone]) {
    for (const kind of kinds) {
      for (const tenant of ["north", "west"])
        await fillRecords(sql, definitions[kind].record, rowsOf(kind, tenant, 40));
    }
  }
  // Of others, and of nobody: more of them, and newer in the ledger.
  for (const kind of kinds) {
    for (const [tenant, count] of [
      ["south", 90],
      ["", 60],
    ] as const) {
      await fillRecords(mixed.sql, definitions[kind].record, rowsOf(kind, tenant, count).map(within));
    }
  }
  await mixed.sql`SELECT annals.record('audit', '{"action":"VIEW"}', '{"tenant":"south"}')`;
});
afterAll(() => Promise.all([mixed.close(), alone.close()]));

/** A little inside of the others, so that what is stored begins and ends with theirs in both databases. */
function within<Row extends { recorded_at: string }>(row: Row, at: number, rows: readonly Row[]): Row {
  const shift = at < rows.length / 2 ? 60_000 : -60_000;
  return { ...row, recorded_at: new Date(Date.parse(row.recorded_at) + shift).toISOString() };
}

const counted = async ({ sql }: TestDatabase) => {
  await sql`SELECT annals.keep_rollups((SELECT seq FROM annals.head), 1)`;
  const [row] =
    await sql`SELECT head.seq = rollup_head.counted_seq AS all FROM annals.head, annals.rollup_head`;
  return row?.all;
};

/** Without what the ledger's own number and this moment say. */
function comparable(value: unknown): unknown {
  const text = JSON.stringify(value ?? null, (key, inner) =>
    ["bound", "asOf"].includes(key) ? undefined : inner,
  );
  return JSON.parse(text);
}

async function given(db: Executor, kind: Kind) {
  const { rows } = await listRecords(db, ofTwo, definitions[kind], searchOf(kind));
  const [first] = rows;
  if (!first) throw new Error(`no ${kind}`);
  const { sql } = mixed;
  const stored =
    await sql`SELECT seq::text AS seq FROM ${sql(`annals.${definitions[kind].record}`)} ORDER BY seq`;
  return {
    seqs: stored.map(({ seq }) => seq as string),
    row: rows.find((one) => one.actor_id === "7") ?? first,
  };
}

describe.each([
  ["counted one by one", false],
  ["from rollups", true],
])("a confined viewer, %s,", (_, rolled) => {
  beforeAll(async () => {
    if (rolled) for (const database of [mixed, alone]) expect(await counted(database)).toBe(true);
  });

  const viewers: [string, Viewer][] = [
    ["of one tenant", ofNorth],
    ["of two tenants", ofTwo],
  ];
  describe.each(viewers)("%s", (_of, viewer) => {
    test.each(Object.keys(reads).flatMap((name) => kinds.map((kind) => [name, kind] as const)))(
      "is told by %s of %s what is told where nobody else is",
      async (name, kind) => {
        const read = reads[name];
        const row =
          viewer === ofNorth ? await northern(kind) : (await given(executorOf(alone.sql), kind)).row;
        const { seqs } = await given(executorOf(mixed.sql), kind);
        const told = await read?.(executorOf(mixed.sql), viewer, kind, { seqs, row });
        expect(JSON.stringify(told)).not.toMatch(/south|actor-"|mark-"/);
        expect(comparable(told)).toEqual(
          comparable(await read?.(executorOf(alone.sql), viewer, kind, { seqs, row })),
        );
      },
    );

    test.each(Object.keys(wholeReads))("is told by %s what is told where nobody else is", async (name) => {
      const read = wholeReads[name]?.read;
      const told = await read?.(executorOf(mixed.sql), viewer);
      expect(JSON.stringify(told)).not.toMatch(/south|actor-"|mark-"/);
      expect(comparable(told)).toEqual(comparable(await read?.(executorOf(alone.sql), viewer)));
    });
  });
});

async function northern(kind: Kind) {
  const { rows } = await listRecords(executorOf(alone.sql), ofNorth, definitions[kind], searchOf(kind));
  const row = rows.find((one) => one.actor_id === "7");
  if (!row) throw new Error(`no ${kind} of north`);
  return row;
}

test("and it is told something: the proof would hold of nothing, too", async () => {
  for (const kind of kinds) {
    const { rows } = await listRecords(executorOf(mixed.sql), ofNorth, definitions[kind], searchOf(kind));
    expect(rows.length).toBe(40);
    expect(new Set(rows.map(({ tenant }) => tenant))).toEqual(new Set(["north"]));
    const unconfined = await listRecords(executorOf(mixed.sql), all, definitions[kind], searchOf(kind));
    expect(new Set(unconfined.rows.map(({ tenant }) => tenant)).size).toBe(4);
  }
  const told = await wholeReads.summary?.read(executorOf(mixed.sql), ofTwo);
  expect(told).toMatchObject({ figures: { actions: 80, exports: 80, unresolved: 60 } });
  const facts = await wholeReads.objectFacts?.read(executorOf(mixed.sql), ofNorth);
  expect(facts).toMatchObject({ events: { count: 14 } });
});

test("a viewer of no tenant, or of whom nobody has said, sees nothing, and no failure", async () => {
  const { tenants: _, ...unsaid } = all;
  for (const viewer of [ofNone, unsaid as Viewer]) {
    for (const kind of kinds) {
      const db = executorOf(mixed.sql);
      expect((await listRecords(db, viewer, definitions[kind], searchOf(kind))).rows).toEqual([]);
      for (const name of ["countRecords", "facetCounts", "dateStrip", "checkVocabulary", "findRecord"]) {
        const told = await reads[name]?.(db, viewer, kind, { seqs: ["1", "41"], row: shape });
        expect(JSON.stringify(told), name).not.toMatch(/\b(north|west|south)\b|mark|"count":[1-9]/);
      }
    }
    for (const [name, { read }] of Object.entries(wholeReads)) {
      const told = await read(executorOf(mixed.sql), viewer);
      expect(JSON.stringify(told ?? null), name).not.toMatch(
        /\b(north|west|south)\b|mark|"count":[1-9]|"actions":[1-9]/,
      );
    }
  }
});

test("a row of another tenant cannot be used to look round", async () => {
  const { rows } = await listRecords(
    executorOf(mixed.sql),
    all,
    definitions.audit,
    searchOf("audit", { tenant: "south" }),
  );
  const [row] = rows;
  if (!row) throw new Error("no row of south");
  await expect(
    surrounding(executorOf(mixed.sql), ofNorth, { kind: "audit", row } as Item, "actor"),
  ).rejects.toMatchObject({
    code: "FORBIDDEN",
  });
  expect(await findRecord(executorOf(mixed.sql), ofNorth, definitions.audit, row.seq)).toBeUndefined();
  expect(await findRecord(executorOf(mixed.sql), all, definitions.audit, row.seq)).toMatchObject({
    seq: row.seq,
  });
});

test("a search can narrow the tenants and never widen them", async () => {
  const seen = async (viewer: Viewer, tenant: string) => {
    const search = searchOf("audit", { tenant });
    const { rows } = await listRecords(executorOf(mixed.sql), viewer, definitions.audit, search);
    return [...new Set(rows.map((row) => row.tenant))].sort();
  };
  expect(await seen(ofTwo, "south")).toEqual([]);
  expect(await seen(ofTwo, "north,south,none")).toEqual(["north"]);
  expect(await seen(ofTwo, "!north")).toEqual(["west"]);
  expect(await seen(ofNorth, "!south")).toEqual(["north"]);
});
