import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { fillRecords, type RecordName } from "../../testing/fill-records.ts";
import { viewerOf } from "../access/viewer.ts";
import { executorOf } from "../adapters/db/postgres-js.ts";
import type { Executor } from "../executor.ts";
import type { Field } from "../fields/field.ts";
import type { Filter } from "../fields/filter.ts";
import { formatFilter, parseFilter } from "../fields/parse-filter.ts";
import type { Definition, Kind } from "../records/define.ts";
import { definitions, kinds } from "../records/kinds.ts";
import { checkVocabulary } from "./check-vocabulary.ts";
import { countRecords } from "./count-records.ts";
import { listRecords } from "./list-records.ts";
import { filterFields, parseSearch } from "./search-params.ts";

const viewer = viewerOf({ id: "1", username: "alice", label: "Alice", role: "superuser" });
const now = new Date("2026-03-15T12:00:00Z");
const start = Date.parse("2026-03-14T00:00:00Z");

const hostile = [
  "100%_",
  "100xy",
  "a\\b",
  "'; DROP TABLE annals.audit_log; --",
  '" OR 1=1',
  "$1",
  "{}",
  "none",
  "unattributed",
  "!x",
  "a,b",
  "Größe 漢",
];
const texts = ["", null, "alpha", "beta", ...hostile];
const addresses = [null, "10.1.2.3", "10.200.0.1", "192.168.1.1", "2001:db8::9", "2001:db8:1::9"];

type Row = Record<string, unknown> & { recorded_at: string };

/** A column's value from a small vocabulary, so that random filters often find something. */
function columnValue(definition: Definition, name: string, notNull: boolean, random: () => number): unknown {
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
  const field = Object.values(definition.fields).find(({ column }) => column === name);
  if (field?.type === "flag") return random() < 0.5;
  if (field?.choices && !field.open)
    return pick([...Object.keys(field.choices), ...(field.optional ? [null] : [])]);
  if (field?.type === "address") return pick(addresses);
  if (field?.type === "count" || field?.type === "bytes") return pick([0, 1, 99, 100, 2_000_000_000]);
  if (name === "action") return pick(["CREATE", "UPDATE", "REFUND"]);
  if (name === "changed_fields") return pick([[], ["alpha"], ["beta", "100%_"], ["none", "a,b"]]);
  return pick(notNull ? texts.filter((text) => text !== null) : texts);
}

const filled: Record<Kind, string[]> = {
  audit:
    "tenant actor_kind actor_id actor_label attribution impersonator_id ip session_hash request_id trace_id module source action object_type object_id object_label changed_fields reason".split(
      " ",
    ),
  logins: "actor_id actor_label ip user_agent username status failure_reason country city module".split(" "),
  exports:
    "actor_id actor_label ip export_type file_format record_count file_size file_path sha256 status download_count".split(
      " ",
    ),
  events:
    "actor_id actor_label ip module event_type title description function_name error_code fingerprint occurrences resolved resolved_by".split(
      " ",
    ),
};
const nullable = new Set(
  "impersonator_id ip session_hash request_id trace_id reason user_agent failure_reason country city file_path sha256 description function_name error_code fingerprint resolved_by".split(
    " ",
  ),
);

const stored = {} as Record<Kind, Row[]>;
let database: TestDatabase;
let db: Executor;

beforeAll(async () => {
  database = await openTestDatabase();
  db = executorOf(database.sql);
  const random = mulberry(42);
  let seq = 0;
  for (const kind of kinds) {
    stored[kind] = Array.from({ length: 300 }, (): Row => {
      const values = filled[kind].map((name) => [
        name,
        columnValue(definitions[kind], name, !nullable.has(name), random),
      ]);
      const row = {
        ...Object.fromEntries(values),
        recorded_at: new Date(start + Math.floor(random() * 1e8)).toISOString(),
      };
      if (kind === "events" && row.resolved) row.resolved_at = row.recorded_at;
      if (kind === "events" && !row.occurrences) row.occurrences = 1;
      if (kind === "events" && !row.title) row.title = "x";
      return row;
    });
    await fillRecords(database.sql, definitions[kind].record as RecordName, stored[kind]);
    // What the helper gives to columns that a row does not name.
    const defaults = { actor_kind: "user", attribution: "session", source: "api", tenant: "", module: "" };
    stored[kind] = stored[kind].map((row) => ({ ...defaults, ...row, seq: String(++seq) }));
  }
});
afterAll(() => database.close());

/** The meaning of a filter, said again without SQL. */
function matches(row: Row, field: Field, { negated, values, words }: Filter): boolean {
  const value = field.type === "changes" ? row.changed_fields : row[field.column];
  const isEmpty =
    value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0);
  const found =
    (words.includes("none") && isEmpty) ||
    (words.includes("unattributed") && ["database_role", "none"].includes(row.attribution as string)) ||
    values.some((asked) => {
      if (value === null || value === undefined) return false;
      switch (field.type) {
        case "changes":
          return (value as string[]).includes(asked);
        case "count":
        case "bytes":
          return Number(value) >= Number(asked);
        case "flag":
          return value === (asked === "1");
        case "address":
          return asked.includes("/") ? inNetwork(value as string, asked) : value === asked;
        default:
          if (field.match === "prefix") return (value as string).startsWith(asked);
          if (field.match === "contains")
            return (value as string).toLowerCase().includes(asked.toLowerCase());
          return value === asked;
      }
    });
  return found !== negated;
}

/** Only the networks below are asked for. */
function inNetwork(address: string, network: string): boolean {
  const starts: Record<string, string> = { "10.0.0.0/8": "10.", "2001:db8::/33": "2001:db8:" };
  return address.startsWith(starts[network] ?? "?");
}

function find(definition: Definition, filters: Record<string, Filter>, q: string): string[] {
  const fields = filterFields(definition);
  const words = q
    .toLowerCase()
    .split(" ")
    .filter((word) => word !== "");
  return stored[definition.kind]
    .filter((row) =>
      Object.entries(filters).every(([param, filter]) => matches(row, fields.get(param) as Field, filter)),
    )
    .filter((row) => {
      const text = definition.search
        .map((name) => row[name] ?? "")
        .join(" ")
        .toLowerCase();
      return words.every((word) => text.includes(word));
    })
    .sort((a, b) =>
      a.recorded_at === b.recorded_at
        ? Number(b.seq) - Number(a.seq)
        : a.recorded_at < b.recorded_at
          ? 1
          : -1,
    )
    .map((row) => row.seq as string);
}

/** A valid filter for a field, as its own codec reads it. */
function filterFor(field: Field): fc.Arbitrary<Filter> {
  const choices = Object.keys(field.choices ?? {});
  const value =
    field.type === "count" || field.type === "bytes"
      ? fc.constantFrom("0", "1", "100", "2000000001")
      : field.type === "address"
        ? fc.constantFrom("10.1.2.3", "10.0.0.0/8", "2001:db8::/33", "2001:db8::9", "0.0.0.0")
        : choices.length > 0 && !field.open
          ? fc.constantFrom(...choices)
          : fc.constantFrom("alpha", "al", "ALPHA", "REFUND", "UPDATE", ...hostile);
  const word = fc.constantFrom("none", "unattributed");
  const list = fc.array(fc.oneof({ weight: 3, arbitrary: value.map(quote) }, word), {
    minLength: 1,
    maxLength: 3,
  });
  return fc
    .tuple(fc.boolean(), list)
    .map(([negated, parts]) => parseFilter(field, [(negated ? "!" : "") + parts.join(",")]).filter)
    .filter((filter) => filter !== undefined);
}

const quote = (text: string) => text.replace(/[\\,!]/g, "\\$&").replace(/^(none|unattributed)$/, "\\$&");

test.each(kinds)("random filters of %s find what the same filters find in JavaScript", async (kind) => {
  const definition = definitions[kind];
  const fields = [...filterFields(definition)];
  const some = fc
    .subarray(fields, { minLength: 1, maxLength: 3 })
    .chain((chosen) =>
      fc.tuple(...chosen.map(([param, field]) => filterFor(field).map((filter) => [param, filter] as const))),
    );
  const q = fc.oneof(
    { weight: 4, arbitrary: fc.constant("") },
    fc.constantFrom("alpha", "100%_", "a\\b", "BETA alp", "$1"),
  );
  await fc.assert(
    fc.asyncProperty(some, q, async (chosen, words) => {
      const params = new URLSearchParams(
        chosen.map(([param, filter]) => [
          param,
          formatFilter(filterFields(definition).get(param) as Field, filter),
        ]),
      );
      params.set("q", words);
      params.set("from", "all");
      params.set("n", "100");
      const { search, problems } = parseSearch(definition, params, now);
      expect(problems).toEqual([]);
      const expected = find(definition, Object.fromEntries(chosen), words);
      const page = await listRecords(db, viewer, definition, search);
      expect(page.rows.map((row) => row.seq)).toEqual(expected.slice(0, 100));
      expect(await countRecords(db, viewer, definition, search)).toEqual({
        count: expected.length,
        capped: false,
      });
    }),
    { numRuns: 150 },
  );
});

test.each(kinds)("no text of a filter of %s becomes part of a statement", async (kind) => {
  const definition = definitions[kind];
  const seen = new Set<string>();
  const spy: Executor = {
    query: (text, values) => {
      seen.add(text);
      return db.query(text, values);
    },
  };
  const before = await database.sql`SELECT count(*) FROM annals.audit_log`;
  for (const param of [...filterFields(definition).keys(), "q"]) {
    for (const text of hostile) {
      const { search } = parseSearch(
        definition,
        { [param]: param === "q" ? text : quote(text), from: "all" },
        now,
      );
      const page = await listRecords(spy, viewer, definition, search);
      const expected = find(definition, search.filters, search.q).slice(0, 50);
      expect([param, text, page.rows.map((row) => row.seq)]).toEqual([param, text, expected]);
    }
  }
  const telling = hostile.filter((text) => /[^a-z{}$1]/.test(text));
  expect([...seen].filter((statement) => telling.some((text) => statement.includes(text)))).toEqual([]);
  expect(await database.sql`SELECT count(*) FROM annals.audit_log`).toEqual(before);
});

test("100%_ is found literally, by a filter and by the search", async () => {
  const { audit } = definitions;
  for (const query of [{ reason: "100%_" }, { q: "100%_" }, { object: "100%_" }]) {
    const { search } = parseSearch(audit, { ...query, from: "all", n: "100" }, now);
    const { rows } = await listRecords(db, viewer, audit, search);
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) {
      const text = [row.reason, row.object_label, row.actor_label, row.object_id].join(" ");
      expect(text).toContain("100%_");
    }
  }
});

test("a phrase in quotes must occur as it is", async () => {
  const { audit } = definitions;
  const { search } = parseSearch(audit, { q: '"drop table" --', from: "all", n: "100" }, now);
  const { rows } = await listRecords(db, viewer, audit, search);
  expect(rows.map((row) => row.seq)).toEqual(find(audit, {}, "drop --").slice(0, 100));
  const reversed = parseSearch(audit, { q: '"table drop"', from: "all" }, now).search;
  expect((await listRecords(db, viewer, audit, reversed)).rows).toEqual([]);
});

test("a word of one or two letters must begin a word, a longer one may stand within one", async () => {
  const { logins } = definitions;
  const names = ["Bo Lindqvist", "bob", "Jacob", "a_bo", "x bo"];
  const first = await fillRecords(
    database.sql,
    "login_attempt",
    names.map((username) => ({ recorded_at: "2026-01-05T00:00:00Z", username })),
  );
  const found = async (q: string) => {
    const { search } = parseSearch(logins, { q, on: "2026-01-05" }, now);
    const { rows } = await listRecords(db, viewer, logins, search);
    return rows.map((row) => names[Number(BigInt(row.seq) - first)]).reverse();
  };
  expect(await found("bo")).toEqual(["Bo Lindqvist", "bob", "x bo"]);
  expect(await found("B")).toEqual(["Bo Lindqvist", "bob", "x bo"]);
  expect(await found("cob")).toEqual(["Jacob"]);
  expect(await found("_b")).toEqual(["a_bo"]);
  expect(await found("bo lind")).toEqual(["Bo Lindqvist"]);
});

test("an action that no list knows is kept where it was recorded, and named where it never was", async () => {
  const { audit } = definitions;
  const check = async (action: string) => {
    const { search, problems } = parseSearch(audit, { action, from: "all" }, now);
    expect(problems).toEqual([]);
    const checked = await checkVocabulary(db, viewer, audit, search);
    return [
      checked.search.filters.action?.values,
      checked.problems.map(({ param, value }) => `${param}=${value}`),
    ];
  };
  expect(await check("REFUND,VIEW")).toEqual([["REFUND", "VIEW"], []]);
  expect(await check("!FOO,REFUND,'; --")).toEqual([["REFUND"], ["action='; --", "action=FOO"]]);
  expect(await check("FOO")).toEqual([undefined, ["action=FOO"]]);
});

function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
