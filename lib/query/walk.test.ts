import { sql } from "drizzle-orm";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { fillRecords } from "../../testing/fill-records.ts";
import { viewerOf } from "../access/viewer.ts";
import { executorOf } from "../adapters/db/postgres-js.ts";
import type { Executor } from "../executor.ts";
import type { Field } from "../fields/field.ts";
import { formatInstant, toMicros } from "../fields/instant.ts";
import { definitions } from "../records/kinds.ts";
import { confine } from "./confine.ts";
import { findRows } from "./find-rows.ts";
import { goesDown, orderOf } from "./keyset.ts";
import type { Limits } from "./limits.ts";
import { listRecords, type Page } from "./list-records.ts";
import { readExtent, withinReach } from "./reach.ts";
import { run } from "./run.ts";
import type { Search } from "./search.ts";
import { filterFields, formatSearch, parseSearch } from "./search-params.ts";
import { instantText } from "./select-list.ts";
import { recordsOf } from "./tables.ts";
import { allOf, filtersOf } from "./where.ts";

const { audit } = definitions;
const viewer = viewerOf({ id: "1", username: "alice", label: "Alice", role: "auditor" });
const now = new Date("2026-04-15T12:00:00Z");

// So small that a few hundred rows lead through every turn of the walk.
const tiny: fc.Arbitrary<Limits> = fc.record({
  probe: fc.integer({ min: 1, max: 20 }),
  portion: fc.integer({ min: 1, max: 10 }),
  patience: fc.integer({ min: 0, max: 40 }),
  candidates: fc.integer({ min: 0, max: 30 }),
});

/** What the columns of the history hold, and what filters ask for. */
const vocabulary: Record<string, readonly (string | null)[]> = {
  action: ["UPDATE", "UPDATE", "UPDATE", "CREATE", "REFUND"],
  actor_id: ["", "7", "7", "8", "none"],
  actor_label: ["", "Ann Bo", "Größe 漢"],
  attribution: ["session", "session", "database_role", "none"],
  impersonator_id: [null, null, null, "", "root"],
  ip: [null, "10.1.2.3", "10.1.9.9", "192.168.0.1", "2001:db8::9"],
  module: ["", "auth", "shop", "Shop"],
  object_id: ["1", "12", "123", ""],
  object_label: ["invoice nr 12", "", "100%_", "INV-2026-00012", "Größe-Übermaß 7"],
  object_type: ["", "invoice", "order"],
  reason: [null, "", "because of alpha", "ALPHA"],
  request_id: [null, "r1", "r2"],
  session_hash: [null, "", "0123456789abcdef0123", "0123456789abcdef9999", "0123ff"],
  source: ["trigger", "trigger", "api"],
  tenant: ["", "t1", "t2"],
  trace_id: [null, "x1"],
};
const fieldSets = [[], ["total"], ["total", "status"]];

/** Places in time at which many rows lie, on both sides of the ends of months, and some between. */
const instants = [
  "2026-01-31T23:59:59.999999Z",
  "2026-02-01T00:00:00.000000Z",
  "2026-02-28T23:59:59.999999Z",
  "2026-03-01T00:00:00.000000Z",
  "2026-03-14T09:00:00.000001Z",
  "2026-03-14T09:00:00.000002Z",
  "2026-03-31T23:59:59.999999Z",
  "2026-04-02T00:00:00.000000Z",
];

function makeHistory(seed: number, length: number) {
  let state = seed;
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
  const start = toMicros("2026-01-20T00:00:00Z");
  return Array.from({ length }, (_, at) => ({
    ...Object.fromEntries(Object.entries(vocabulary).map(([name, values]) => [name, pick(values)])),
    changed_fields: pick(fieldSets),
    // One action is all in one stretch of an old month, so that it crowds there and is nowhere else.
    ...(at % 9 === 0 ? { action: "IMPORT" } : {}),
    recorded_at:
      at % 9 === 0
        ? formatInstant(toMicros("2026-02-10T00:00:00Z") + BigInt(Math.floor(random() * 50)))
        : random() < 0.6
          ? pick(instants)
          : formatInstant(start + BigInt(Math.floor(random() * 80 * 86_400)) * 1_000_000n),
  }));
}

/** The rows of one month lie in the default partition, as those of a clock gone wrong do. */
async function moveToDefault({ sql: client }: TestDatabase, month: string): Promise<void> {
  await client.unsafe(`
    ALTER TABLE annals.audit_log DISABLE TRIGGER annals_guard;
    ALTER TABLE annals.audit_log DETACH PARTITION annals.audit_log_${month};
    INSERT INTO annals.audit_log SELECT * FROM annals.audit_log_${month};
    DROP TABLE annals.audit_log_${month};
    ALTER TABLE annals.audit_log ENABLE ALWAYS TRIGGER annals_guard`);
}

function filterText([param, field]: readonly [string, Field]): fc.Arbitrary<readonly [string, string]> {
  const column = field.type === "changes" ? ["total", "status", "other"] : (vocabulary[field.column] ?? []);
  const stored = column.filter((value) => value !== null && value !== "") as string[];
  const others =
    field.type === "address"
      ? ["10.0.0.0/8", "10.1.2.0/24", "2001:db8::/32", "172.16.0.0/12", "::/0"]
      : field.match === "prefix"
        ? ["0123", "0123456789abcdef", "0123456789abcdef0", "f"]
        : field.choices && !field.open
          ? Object.keys(field.choices)
          : ["alpha", "al", "zzz"];
  const words = field.type === "actor" ? ["none", "unattributed"] : field.optional ? ["none"] : [];
  const entry = fc.constantFrom(
    ...[...new Set([...stored, ...others])].map((text) =>
      text.replace(/[\\,!]/g, "\\$&").replace(/^none$/, "\\$&"),
    ),
    ...words,
  );
  return fc
    .tuple(fc.boolean(), fc.uniqueArray(entry, { minLength: 1, maxLength: 3 }))
    .map(([negated, entries]) => [param, (negated ? "!" : "") + entries.join()] as const);
}

const filters = fc
  .subarray([...filterFields(audit)], { maxLength: 3 })
  .chain((chosen) => fc.tuple(...chosen.map(filterText)));
const words = fc.oneof(
  { weight: 3, arbitrary: fc.constant("") },
  fc.constantFrom(
    "alpha",
    "Ann",
    "12",
    "b",
    "100%_",
    "漢",
    "inv nr",
    "zzz",
    '"nr 12"',
    "inv-2026-00012",
    "2026-00012x",
    "größe-übermaß",
  ),
);
const windows = fc.constantFrom<Record<string, string>>(
  { from: "all" },
  { from: "all" },
  { on: "2026-03" },
  { on: "2026-03-14" },
  { from: "2026-02-01T00:00:00Z", to: "2026-03-14T09:00:00.000002Z" },
  { from: "2026-02-10T00:00:00.000010Z" },
);

const searches = fc
  .tuple(filters, words, windows, fc.constantFrom("-time", "time"))
  .map(([chosen, q, window, sort]) => {
    const params = new URLSearchParams([
      ...chosen.map(([param, text]) => [param, text]),
      ...Object.entries(window),
    ]);
    if (q) params.set("q", q);
    params.set("sort", sort);
    params.set("n", "25");
    const { search, problems } = parseSearch(audit, params, now);
    if (problems.length > 0) throw new Error(JSON.stringify(problems));
    return search;
  });

describe.each([
  ["as the relay files it", 1, async () => {}],
  ["with a month in the default partition", 2, (at: TestDatabase) => moveToDefault(at, "202603")],
  [
    "without the index that needs extensions",
    3,
    (at: TestDatabase) => at.sql`DROP INDEX annals.audit_log_find`,
  ],
] as const)("a history %s", (_, seed, prepare) => {
  let database: TestDatabase;
  let db: Executor;

  beforeAll(async () => {
    database = await openTestDatabase();
    db = executorOf(database.sql);
    await fillRecords(database.sql, "audit_log", makeHistory(seed, 400));
    await prepare(database);
  });
  afterAll(() => database.close());

  /** One plain statement, the meaning of a search. */
  async function plainly(search: Search): Promise<string[]> {
    const span = {
      from: search.window.from ?? "1970-01-01T00:00:00Z",
      to: search.window.to ?? "9998-01-01T00:00:00Z",
    };
    const where = [
      ...withinReach(audit, span, search.bound ?? "9223372036854775807"),
      ...filtersOf(audit, confine(viewer, audit, search)),
    ];
    const rows = await run<{ seq: string }>(
      db,
      sql`SELECT r.seq::text AS seq FROM ${recordsOf("audit")} WHERE ${allOf(where)}
        ORDER BY ${orderOf("audit", goesDown({ sort: search.sort }))}`,
    );
    return rows.map(({ seq }) => seq);
  }

  test("is found by a walk as by one plain statement, from anywhere in both directions", async () => {
    const extent = await readExtent(db, audit);
    const stored = await run<{ seq: string; at: string }>(
      db,
      sql`SELECT r.seq::text AS seq, ${instantText(sql`r.recorded_at`)} AS at FROM ${recordsOf("audit")}`,
    );
    const at = new Map(stored.map((row) => [row.seq, row.at]));
    const cursors = fc.option(
      fc.record({
        direction: fc.constantFrom("after" as const, "before" as const),
        at: fc.constantFrom(...instants, "2026-02-10T00:00:00.000025Z"),
        seq: fc.integer({ min: 0, max: 401 }).map(String),
      }),
      { nil: undefined },
    );
    await fc.assert(
      fc.asyncProperty(
        searches,
        cursors,
        tiny,
        fc.integer({ min: 1, max: 60 }),
        async (base, cursor, limits, wanted) => {
          const search = { ...base, cursor };
          const { found, stop } = await findRows(db, audit, confine(viewer, audit, search), extent, {
            wanted,
            budgetMs: 60_000,
            limits,
          });
          const all = await plainly(search);
          const down = goesDown(search);
          const isBehind = (seq: string) => {
            if (!cursor) return true;
            const time = at.get(seq) as string;
            const sign = time === cursor.at ? Number(seq) - Number(cursor.seq) : time < cursor.at ? -1 : 1;
            return down ? sign < 0 : sign > 0;
          };
          const ahead = (cursor?.direction === "before" ? all.toReversed() : all).filter(isBehind);
          expect(found.map(({ seq }) => seq)).toEqual(ahead.slice(0, wanted));
          expect(stop).toBeUndefined();
        },
      ),
      { numRuns: 250 },
    );
  });

  /** Follows the links as a browser does, with no time at all for any page. */
  async function follow(
    first: Search,
    direction: "older" | "newer",
    limits: Limits,
  ): Promise<Page<"audit">[]> {
    const pages: Page<"audit">[] = [];
    for (let next: Search | undefined = first; next; ) {
      const page: Page<"audit"> = await listRecords(db, viewer, audit, next, {
        budgetMs: 0,
        limits,
      });
      pages.push(page);
      const link: Search | undefined = page[direction];
      next = link && parseSearch(audit, new URLSearchParams(formatSearch(audit, link)), now).search;
      if (pages.length > 2000) throw new Error("no end");
    }
    return pages;
  }

  test("is shown exactly once when every page runs out of time, there and back", async () => {
    await fc.assert(
      fc.asyncProperty(searches, tiny, async (search, limits) => {
        const [onward, back] =
          search.sort === "-time" ? (["older", "newer"] as const) : (["newer", "older"] as const);
        const pages = await follow(search, onward, limits);
        const expected = await plainly(search);
        expect(pages.flatMap(({ rows }) => rows.map(({ seq }) => seq))).toEqual(expected);
        const stops = pages.flatMap((page) => page.searchedBackTo ?? page.searchedUpTo ?? []);
        expect(stops).toEqual(search.sort === "-time" ? stops.toSorted().toReversed() : stops.toSorted());
        // Every page but the last is full or says how far it came.
        for (const page of pages.slice(0, -1)) {
          expect(page.rows.length === search.size || page.searchedBackTo || page.searchedUpTo).toBeTruthy();
        }
        const last = pages.at(-1);
        const way = last?.[back];
        if (pages.length === 1 || !last || !way) {
          expect([pages.length, way]).toEqual([1, undefined]);
          return;
        }
        const before = await follow(way, back, limits);
        const there = before.flatMap(({ rows }) => rows.map(({ seq }) => seq).toReversed()).toReversed();
        expect([...there, ...last.rows.map(({ seq }) => seq)]).toEqual(expected);
      }),
      // Each run pages there and back a row or two at a time: about half a second on a busy machine.
      { numRuns: 30 },
    );
  }, 120_000);
});
