// Whatever happened, in whichever order: every count that comes from rollups is what counting the records one
// by one gives, in the snapshot of whoever asks.
import fc from "fast-check";
import type postgres from "postgres";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTestDatabase, type TestDatabase } from "../../../testing/database.ts";
import { openSession, type Session } from "../../../testing/session.ts";
import { viewerOf } from "../../access/viewer.ts";
import { executorOf } from "../../adapters/db/postgres-js.ts";
import type { Executor } from "../../executor.ts";
import type { Filter } from "../../fields/filter.ts";
import type { Definition } from "../../records/define.ts";
import { definitions, kinds } from "../../records/kinds.ts";
import { confine } from "../confine.ts";
import { countRecords } from "../count-records.ts";
import { dateStrip } from "../date-strip.ts";
import { facetCounts } from "../facet-counts.ts";
import type { Search } from "../search.ts";
import { filterFields, parseSearch } from "../search-params.ts";
import { termsOf } from "./terms.ts";

const viewer = viewerOf({ id: "1", username: "alice", label: "Alice", role: "superuser" });
const now = new Date("2026-12-01T09:14:00Z");
// Whatever else the machine does.
const unhurried = { budgetMs: 60_000 };
const zones = ["UTC", "Europe/Paris", "Asia/Kathmandu", "America/New_York"];

/** Both sides of midnights and months, of changes of clocks, and of quarter hours, to the microsecond. */
const moments = [
  ["2025-12-31T23:59:59.999999Z", "2026-01-01T00:00:00Z"],
  ["2026-02-28T18:14:59.999999Z", "2026-02-28T18:15:00Z"],
  ["2026-03-08T06:59:59.999999Z", "2026-03-08T07:00:00Z"],
  ["2026-03-29T00:59:59.999999Z", "2026-03-29T01:00:00Z"],
  ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"],
  ["2026-11-01T05:30:00Z", "2026-11-01T06:30:00Z"],
  ["2026-11-30T23:59:00Z", "2026-12-01T08:00:00Z"],
].flat();
/** With six decimals, so that they sort as text. */
const moment = fc
  .oneof(
    fc.constantFrom(...moments),
    fc
      .integer({ min: Date.parse("2026-01-01T00:00:00Z"), max: now.getTime() })
      .map((at) => new Date(at).toISOString()),
  )
  .map((at) => `${at.slice(0, 19)}.${(at.slice(20, -1) || "0").padEnd(6, "0")}Z`);

const context = fc.record({
  tenant: fc.constantFrom("", "", "acme", "*"),
  actor_kind: fc.constantFrom("user", "job"),
  actor_id: fc.constantFrom("", "1", "2", "none"),
  actor_label: fc.constantFrom("One", "Two"),
  attribution: fc.constantFrom("session", "token", "claimed"),
  module: fc.constantFrom("", "sales", "stock"),
  ip: fc.constantFrom("10.0.0.1", "2001:db8::9"),
});
const events = {
  audit: fc.record({
    action: fc.constantFrom("CREATE", "UPDATE", "REFUND"),
    object_type: fc.constantFrom("", "invoice", "order"),
    object_id: fc.constant("7"),
  }),
  logins: fc.record({
    username: fc.constantFrom("", "bob", "eve"),
    status: fc.constantFrom("SUCCESS", "FAILED"),
    failure_reason: fc.constantFrom(null, "locked", "other"),
    country: fc.constantFrom(null, "FR"),
  }),
  exports: fc.record({
    export_type: fc.constantFrom("", "orders"),
    file_format: fc.constantFrom("csv", "xlsx"),
    status: fc.constantFrom("started", "completed"),
  }),
  events: fc.record({
    event_type: fc.constantFrom("ERROR", "INFO"),
    title: fc.constant("t"),
    error_code: fc.constantFrom(null, "23505"),
    fingerprint: fc.constantFrom(null, "f"),
  }),
};
const event = fc.oneof(
  ...kinds.map((kind) =>
    fc.record({ kind: fc.constant(kind as string), body: events[kind] as fc.Arbitrary<object> }),
  ),
  // What cannot be filed as it is: repaired, or refused with a system event.
  fc.constantFrom(
    { kind: "logins", body: { username: "bob", status: "NO_SUCH" } },
    { kind: "exports", body: { record_count: "many" } },
    { kind: "export_update", body: { event_id: "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b" } },
  ),
);
const row = fc.record({ at: moment, context: fc.option(context), event });
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("append" as const),
      rows: fc.array(row, { minLength: 1, maxLength: 25 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("roll back" as const),
      rows: fc.array(row, { minLength: 1, maxLength: 5 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant("relay" as const), batch: fc.integer({ min: 1, max: 40 }) }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("count" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("look" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("end the month" as const) }) },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

const pools: Record<string, readonly string[]> = {
  action: ["CREATE", "UPDATE", "REFUND"],
  type: ["none", "invoice", "order"],
  module: ["none", "sales", "stock"],
  actor: ["none", "unattributed", '"none"', "1", "2"],
  actorkind: ["user", "job", "system"],
  attribution: ["session", "token", "database_role"],
  source: ["api", "auth"],
  tenant: ["none", "acme", "*"],
  username: ["none", "bob", "eve"],
  status: ["SUCCESS", "FAILED", "started", "completed"],
  failure: ["none", "locked", "other"],
  country: ["none", "FR"],
  ip: ["10.0.0.1", "2001:db8::9", "none"],
  kind: ["none", "orders"],
  format: ["csv", "xlsx"],
  level: ["ERROR", "INFO"],
  code: ["none", "23505"],
  resolved: ["0", "1"],
  fingerprint: ["none", "f"],
};
const filterText = (pool: readonly string[]) =>
  fc
    .record({ negated: fc.boolean(), values: fc.subarray([...pool], { minLength: 1, maxLength: 2 }) })
    .map(({ negated, values }) => `${negated ? "!" : ""}${values.join()}`);
const askOf = (definition: Definition) => {
  const params = [...filterFields(definition).keys()].filter((param) => pools[param]);
  return fc.record({
    filters: fc
      .subarray(params, { maxLength: 3 })
      .chain((chosen) =>
        fc.record(Object.fromEntries(chosen.map((param) => [param, filterText(pools[param] ?? [])]))),
      ),
    zone: fc.constantFrom(...zones),
    on: fc.option(
      fc.constantFrom("2026", "2026-03", "2026-10", "2026-03-29", "2026-10-25", "2026-11-01", "2026-02-28"),
    ),
    window: fc.option(fc.tuple(moment, moment)),
    before: fc.nat(),
  });
};

let database: TestDatabase;
let admin: Session;
let other: Session;
let lookedUp = 0;

beforeAll(async () => {
  database = await openTestDatabase();
  admin = openSession(database.url);
  other = openSession(database.url);
});
afterAll(async () => {
  await admin.close();
  await other.close();
  await database.close();
});

async function append(sql: postgres.Sql, rows: Extract<Step, { do: "append" }>["rows"]): Promise<void> {
  for (const { at, context, event } of rows) {
    await sql`INSERT INTO annals.outbox (recorded_at, op, object_type, new_rows, context)
      VALUES (${at}::text::timestamptz, 'E', ${event.kind}, ${JSON.stringify(event.body)}, ${context && JSON.stringify(context)})`;
  }
}

/** Returns once the other session has a snapshot of its own, if it was to take one. */
async function take(step: Step): Promise<void> {
  const { sql } = admin;
  if (step.do === "append") await append(sql, step.rows);
  if (step.do === "roll back") {
    await sql`BEGIN`;
    await append(sql, step.rows);
    await sql`ROLLBACK`;
  }
  if (step.do === "relay") await sql`SELECT annals.relay(${step.batch})`;
  if (step.do === "count") await sql`SELECT annals.keep_rollups(0, 1)`;
  if (step.do === "end the month") {
    await sql`SELECT annals.close_months((months_before + interval '1 month')::date) FROM annals.rollup_head
      WHERE months_before < '2027-01-01'`;
  }
  if (step.do === "look") {
    await other.sql`COMMIT`;
    await other.sql`BEGIN ISOLATION LEVEL REPEATABLE READ`;
    // As whoever needs one state of a record does: else a month made afterwards takes rows out of the sight of it.
    await other.sql.unsafe(
      kinds
        .map((kind) => `LOCK TABLE ONLY annals.${definitions[kind].record} IN ACCESS SHARE MODE`)
        .join(";"),
    );
    await other.sql`SELECT FROM annals.head`;
  }
}

/** Counts the statements that asked the rollups. */
const watched = (db: Executor): Executor => ({
  query: (text, values) => {
    if (text.includes("annals.rollup_day") || text.includes("annals.rollup_month")) lookedUp += 1;
    return db.query(text, values);
  },
});

type Stored = Record<string, string> & { at: string; seq: string };

async function recordsOf({ sql }: Session, { record }: Definition): Promise<Stored[]> {
  const rows = await sql.unsafe(
    `SELECT to_jsonb(r) || jsonb_build_object('at', to_char(recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')) AS row
     FROM annals.${record} r`,
  );
  return rows.map(({ row }) => row as Stored);
}

const textOf = (row: Stored, column: string) => {
  const value = row[column] as unknown;
  return typeof value === "boolean" ? (value ? "1" : "0") : String(value ?? "");
};

/** The filters in JavaScript, without any of our SQL. */
function isFound(definition: Definition, search: Search, row: Stored, except?: string): boolean {
  const fields = filterFields(definition);
  return Object.entries(search.filters).every(([param, { negated, values, words }]: [string, Filter]) => {
    if (param === except) return true;
    const value = textOf(row, fields.get(param)?.column ?? "");
    const any =
      values.includes(value) ||
      (words.includes("none") && value === "") ||
      (words.includes("unattributed") && ["database_role", "none"].includes(row.attribution ?? ""));
    return any !== negated;
  });
}

async function compare(session: Session, definition: Definition, asked: Asked): Promise<void> {
  const db = watched(executorOf(session.sql));
  const stored = await recordsOf(session, definition);
  const { filters, zone, on, window, before } = asked;
  const [from, to] = [...(window ?? [])].sort();
  const time = on ? { on } : from && to && from < to ? { from, to } : { from: "all" };
  const { search, problems } = parseSearch(definition, { ...filters, ...time, tz: zone } as never, now);
  expect(problems.filter(({ param }) => param !== "status")).toEqual([]);
  const inWindow = ({ at }: Stored) =>
    at >= (search.window.from ?? "") && (search.window.to === null || at < search.window.to);

  const head = Math.max(0, ...stored.map(({ seq }) => Number(seq)));
  for (const bound of [undefined, String(before % (head + 1))]) {
    const seen = stored.filter(({ seq }) => bound === undefined || Number(seq) <= Number(bound));
    const paged = { ...search, bound };
    const found = seen.filter((row) => isFound(definition, search, row));
    const told = JSON.stringify({
      older: session === other,
      kind: definition.kind,
      filters,
      time,
      zone,
      bound,
    });
    expect(await countRecords(db, viewer, definition, paged, unhurried), told).toEqual({
      count: found.filter(inWindow).length,
      capped: false,
    });
    const strip = await dateStrip(db, viewer, definition, paged, unhurried);
    expect(
      strip.periods.map(({ on, count }) => [on, count]),
      told,
    ).toEqual(
      strip.periods.map((period) => [
        period.on,
        found.filter(({ at }) => at >= period.from && at < period.to).length,
      ]),
    );
    for (const { field, values } of await facetCounts(db, viewer, definition, paged)) {
      const { column = "", param } = definition.fields[field] ?? {};
      const tally: Record<string, number> = {};
      for (const row of seen.filter(inWindow)) {
        const value = textOf(row, column);
        if (isFound(definition, search, row, param)) tally[value] = (tally[value] ?? 0) + 1;
      }
      expect([field, Object.fromEntries(values.map(({ value, count }) => [value, count]))]).toEqual([
        field,
        tally,
      ]);
      const order = values.map(({ count }) => count);
      expect(order).toEqual([...order].sort((one, two) => two - one));
    }
  }
}

type Asked = ReturnType<typeof askOf> extends fc.Arbitrary<infer A> ? A : never;

test("after any history every bucket and facet is what the records say, here and in an older snapshot", async () => {
  await other.sql`BEGIN ISOLATION LEVEL REPEATABLE READ`;
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 3, maxLength: 12 }),
      fc.record({
        audit: fc.array(askOf(definitions.audit), { minLength: 5, maxLength: 5 }),
        logins: fc.array(askOf(definitions.logins), { minLength: 3, maxLength: 3 }),
        exports: fc.array(askOf(definitions.exports), { minLength: 2, maxLength: 2 }),
        events: fc.array(askOf(definitions.events), { minLength: 2, maxLength: 2 }),
      }),
      async (steps, asks) => {
        for (const one of steps) await take(one);
        expect(await admin.sql`SELECT * FROM annals.rollup_differences()`).toEqual([]);
        for (const kind of kinds) {
          for (const ask of asks[kind]) {
            await compare(admin, definitions[kind], ask as Asked);
            await compare(other, definitions[kind], ask as Asked);
          }
        }
        expect(await admin.sql`SELECT * FROM annals.rollup_differences()`).toHaveLength(0);
      },
    ),
    { numRuns: 8, endOnFailure: true },
  );
  await other.sql`COMMIT`;
  const [state] = await admin.sql`SELECT head.seq::int, rollup_head.counted_seq::int AS counted,
    (SELECT count(*)::int FROM annals.rollup_day) AS days FROM annals.head, annals.rollup_head`;
  expect(state?.counted).toBeGreaterThan(0);
  expect(state?.days).toBeGreaterThan(100);
  expect(lookedUp).toBeGreaterThan(100);
}, 240_000);

describe("rollups can tell", () => {
  const canTell = (query: string, by?: string) =>
    termsOf(
      definitions.audit,
      confine(
        viewer,
        definitions.audit,
        parseSearch(definitions.audit, new URLSearchParams(query), now).search,
      ),
      { by },
    )
      ?.map(({ sign, shape }) => `${sign > 0 ? "+" : "-"}${shape.columns.join("×") || "all"}`)
      .join(" ");

  test.each([
    ["", "+all"],
    ["action=CREATE,UPDATE", "+action"],
    ["action=!VIEW", "+all -action"],
    ["action=!VIEW&type=!order", "+all -action -object_type +action×object_type×module"],
    ["action=VIEW&type=order&module=sales", "+action×object_type×module"],
    ["actor=7", "+actor_id"],
    ["actor=unattributed", "+attribution"],
    ["tenant=none", "+tenant"],
    ["tenant=acme&actor=7", "+tenant×actor_id"],
    ["tenant=acme&type=order", "+tenant×action×object_type"],
    ["tenant=!acme&action=VIEW", "+action -tenant×action×object_type"],
    ["actor=unattributed&action=DELETE", "+action×source×attribution"],
    ["actor=7&action=VIEW", "+actor_id×action"],
    ["actor=7&action=!VIEW", "+actor_id -actor_id×action"],
    ["impersonator=7", "+impersonator_id"],
  ])("%s: %s", (query, terms) => {
    expect(canTell(query)).toBe(terms);
  });

  test.each([
    "q=word",
    "object=7",
    "actor=7&type=order",
    "impersonator=7&action=VIEW",
    "tenant=none&action=VIEW",
    "ip=10.0.0.1",
    "actor=7,unattributed",
  ])("%s: not at all", (query) => {
    expect(canTell(query)).toBeUndefined();
  });

  test("facets: by what a shape has beside the filters", () => {
    expect(canTell("action=VIEW", "module")).toBe("+action×object_type×module");
    expect(canTell("actor=7", "action")).toBe("+actor_id×action");
    expect(canTell("action=VIEW", "actor_id")).toBeUndefined();
  });
});
