import fc from "fast-check";
import { expect, test } from "vitest";
import { definitions, kinds } from "../records/kinds.ts";
import { fixSearch, formatSearch, parseSearch, type SearchParams } from "./search-params.ts";

const now = new Date("2026-11-24T09:14:00Z");
const { audit, logins, exports: dataExports, events } = definitions;
const parse = (
  params: SearchParams | string,
  definition: (typeof definitions)[keyof typeof definitions] = audit,
) => parseSearch(definition, typeof params === "string" ? new URLSearchParams(params) : params, now);
const canonical = (query: string, definition = audit) =>
  formatSearch(definition, parse(query, definition).search);
const problems = (query: string, definition: (typeof definitions)[keyof typeof definitions] = audit) =>
  parse(query, definition).problems.map(({ param, value, reason }) => `${param}=${value} ${reason}`);

test("nothing asked is the last seven days, newest first, 50 rows, UTC", () => {
  expect(parse("")).toEqual({
    problems: [],
    search: {
      kind: "audit",
      q: "",
      filters: {},
      window: { from: "2026-11-17T09:14:00.000000Z", to: null, given: { from: "now-7d", to: "now" } },
      zone: "UTC",
      sort: "-time",
      size: 50,
      asOf: "2026-11-24T09:14:00.000000Z",
    },
  });
  expect(canonical("")).toBe("");
});

test("equal searches have equal URLs: sorted, defaults left out, only what must be is encoded", () => {
  expect(canonical("n=50&type=b,a,a&sort=-time&action=VIEW&action=LOGIN&from=now-7d&tz=UTC&q=")).toBe(
    "action=LOGIN,VIEW&type=a,b",
  );
  expect(canonical("q=a%20%26b&ip=10.9.9.9%2F8&action=!VIEW")).toBe("action=!VIEW&ip=10.0.0.0/8&q=a%20%26b");
});

test("an unknown value of a closed choice is named and not applied", () => {
  expect(problems("status=FOO", logins)).toEqual([
    "status=FOO is not a known value; known are SUCCESS, FAILED, BLOCKED",
  ]);
  expect(parse("status=FOO,FAILED", logins).search.filters.status?.values).toEqual(["FAILED"]);
  expect(parse("status=FOO", logins).search.filters).toEqual({});
});

test("a parameter of another list, or of none, is named", () => {
  expect(problems("level=ERROR")).toEqual(["level=ERROR is not a filter of Audit log"]);
  expect(problems("actoin=VIEW")).toEqual(["actoin=VIEW is not a filter of Audit log"]);
  expect(problems("peek=7&cols=time&view=x&live=1")).toEqual([]);
});

test("a problem shows control characters and is cut", () => {
  expect(problems("ip=a%00%1b%E2%80%AE")).toEqual([
    "ip=a\\u0000\\u001b\\u202e holds a character that no text can hold",
  ]);
  expect(parse(`ip=${"x".repeat(500)}`).problems[0]?.value).toHaveLength(80);
});

test.each([
  ["from=now-1h", "2026-11-24T08:14:00.000000Z", null, "from=now-1h"],
  ["from=all", null, null, "from=all"],
  ["from=2026-03-01T00:00:00%2B01:00", "2026-02-28T23:00:00.000000Z", null, "from=2026-02-28T23:00:00Z"],
  ["from=2026-03-01T00:00:00 01:00", "2026-02-28T23:00:00.000000Z", null, "from=2026-02-28T23:00:00Z"],
  [
    "from=2026-03-01T00:00&tz=Europe/Paris",
    "2026-02-28T23:00:00.000000Z",
    null,
    "from=2026-02-28T23:00:00Z&tz=Europe/Paris",
  ],
  [
    "from=2026-03-01&to=2026-03-02",
    "2026-03-01T00:00:00.000000Z",
    "2026-03-02T00:00:00.000000Z",
    "from=2026-03-01T00:00:00Z&to=2026-03-02T00:00:00Z",
  ],
  ["to=2026-03-02T00:00:00.000001Z", null, "2026-03-02T00:00:00.000001Z", "to=2026-03-02T00:00:00.000001Z"],
  ["from=all&to=now-1d", null, "2026-11-23T09:14:00.000000Z", "to=now-1d"],
  [
    "on=2026-03-14&tz=Asia/Kathmandu",
    "2026-03-13T18:15:00.000000Z",
    "2026-03-14T18:15:00.000000Z",
    "on=2026-03-14&tz=Asia/Kathmandu",
  ],
  [
    "on=2026-10-25T02 01:00&tz=Europe/Paris",
    "2026-10-25T01:00:00.000000Z",
    "2026-10-25T02:00:00.000000Z",
    "on=2026-10-25T02%2B01:00&tz=Europe/Paris",
  ],
])("%s is the window from %s to %s", (query, from, to, written) => {
  const { search, problems: found } = parse(query);
  expect(found).toEqual([]);
  expect([search.window.from, search.window.to]).toEqual([from, to]);
  expect(formatSearch(audit, search)).toBe(written);
});

test.each([
  [
    "from=yesterday",
    "from=yesterday is not a time such as now-7d, 2026-03-14T09:00:00+01:00 or (for from) all",
  ],
  ["to=all", "to=all is not a time such as now-7d, 2026-03-14T09:00:00+01:00 or (for from) all"],
  [
    "from=2026-03-02T00:00Z&to=2026-03-02T00:00Z",
    "from=2026-03-02T00:00Z is not before to=2026-03-02T00:00Z",
  ],
  ["from=2027-01-01T00:00Z", "from=2027-01-01T00:00Z is not before to=now"],
  ["on=2026&from=all", "from=all cannot be used together with on"],
  ["on=2026-13", "on=2026-13 is no date"],
  ["tz=Mars/Olympus", "tz=Mars/Olympus is not a time zone such as Europe/Paris"],
  ["sort=actor", "sort=actor is not one of -time, time"],
  ["n=51", "n=51 is not one of 25, 50, 100"],
  ["n=25&n=50", "n=50 is a second value where one is possible"],
  ["after=xyz", "after=xyz is not a place in this list"],
  [
    `q=${"a".repeat(201)}`,
    `q=${"a".repeat(79)}… is longer than 200 characters or holds one that no text can hold`,
  ],
])("%s is named as a problem", (query, problem) => {
  expect(problems(query)).toEqual([problem]);
});

test("the page that a cursor names keeps the bound and the now of the first page", () => {
  const first = parse("from=now-1h").search;
  const cursor = { direction: "after", at: "2026-11-24T09:00:00.000001Z", seq: "9007199254740993" } as const;
  const query = formatSearch(audit, { ...first, cursor, bound: "9007199254740999" });
  const later = parseSearch(audit, new URLSearchParams(query), new Date("2026-11-24T10:00:00Z"));
  expect(later).toEqual({ problems: [], search: { ...first, cursor, bound: "9007199254740999" } });
});

test("a cursor that was altered, or made for another list, is no place in this one", () => {
  const { search } = parse("");
  const cursor = { direction: "after", at: search.asOf, seq: "7" } as const;
  const query = formatSearch(audit, { ...search, cursor, bound: "9" });
  const text = query.replace("after=", "");
  expect(problems(query, logins)).toEqual([`after=${text} is not a place in this list`]);
  const write = (plain: string) => Buffer.from(plain, "latin1").toString("base64url");
  const good = Buffer.from(text, "base64url").toString("latin1");
  expect(problems(`after=${write(good)}`)).toEqual([]);
  const [slug, at, seq, bound, asOf] = good.split(".");
  const bad = [
    [slug, at, "10", bound, asOf],
    [slug, "-1", seq, bound, asOf],
    [slug, "999999999999999999", seq, bound, asOf],
    [slug, at, "7;DROP", bound, asOf],
    [slug, at, seq, "9223372036854775808", asOf],
    [slug, at, seq, bound],
    [slug, at, seq, bound, asOf, "1"],
  ];
  for (const parts of bad) expect(problems(`after=${write(parts.join("."))}`)).toHaveLength(1);
  expect(problems(`after=${text}==`)).toHaveLength(1);
});

test("a viewer's own zone and page size are defaults, left out of the URL", () => {
  const defaults = { zone: "Europe/Paris", size: 100 } as const;
  const { search } = parseSearch(audit, { on: "2026-03-14" }, now, defaults);
  expect([search.zone, search.size, search.window.from]).toEqual([
    "Europe/Paris",
    100,
    "2026-03-13T23:00:00.000000Z",
  ]);
  expect(formatSearch(audit, search, defaults)).toBe("on=2026-03-14");
  expect(formatSearch(audit, search)).toBe("n=100&on=2026-03-14&tz=Europe/Paris");
});

test("a fixed link shows the same rows later and elsewhere", () => {
  for (const query of ["", "on=2026-10-25&tz=Europe/Paris", "from=all", "from=now-1h&tz=Asia/Kathmandu"]) {
    const { search } = parse(query);
    const link = formatSearch(audit, fixSearch(search), { zone: "" });
    expect(link).toContain("tz=");
    const elsewhere = parseSearch(audit, new URLSearchParams(link), new Date("2027-01-01T00:00:00Z"), {
      zone: "America/New_York",
    });
    expect(elsewhere.problems).toEqual([]);
    expect(elsewhere.search.zone).toBe(search.zone);
    expect(elsewhere.search.window.from).toBe(search.window.from);
    expect(elsewhere.search.window.to).toBe(search.window.to ?? "2026-11-24T09:14:00.000001Z");
  }
});

test("whatever is given, what is written back reads as the same search without problems", () => {
  const definitionsByKind = fc.constantFrom(...kinds.map((kind) => definitions[kind]));
  const value = fc.oneof(
    fc.constantFrom(
      "VIEW",
      "!VIEW,CREATE",
      "none",
      "\\none",
      "unattributed",
      "10.0.0.0/8",
      "::1",
      "0",
      "1",
      "now-3h",
    ),
    fc.constantFrom(
      "all",
      "2026-03-14",
      "2026-10-25T02",
      "Europe/Paris",
      "100",
      "-time",
      "time",
      "a,b",
      "!",
      "\\",
    ),
    fc.constantFrom(
      "2026-03-01T00:00",
      "2026-03-01T00:00:00.5Z",
      "now",
      "ERROR",
      "completed",
      "FAILED",
      "1969",
    ),
    fc.string({ maxLength: 12, unit: "binary" }),
  );
  fc.assert(
    fc.property(
      definitionsByKind,
      fc.array(fc.tuple(fc.nat(), value), { maxLength: 8 }),
      (definition, pairs) => {
        const params = Object.values(definition.fields).flatMap(({ param }) => param ?? []);
        const names = [...params, "q", "from", "to", "on", "tz", "sort", "n", "after", "junk"];
        const given = new URLSearchParams(pairs.map(([at, text]) => [names[at % names.length] ?? "", text]));
        const { search } = parseSearch(definition, given, now);
        const written = formatSearch(definition, search);
        const again = parseSearch(definition, new URLSearchParams(written), now);
        expect(again).toEqual({ search, problems: [] });
        expect(formatSearch(definition, again.search)).toBe(written);
      },
    ),
    { numRuns: 2000 },
  );
});

test("the parameters of the specification are there", () => {
  const params = (definition: (typeof definitions)[keyof typeof definitions]) =>
    Object.values(definition.fields).map(({ param }) => param);
  const expected = [
    [audit, "action actor type object module ip session field reason"],
    [logins, "status username ip country city failure"],
    [dataExports, "kind format actor ip minrows minsize"],
    [events, "level resolved module fn code actor ip resolver"],
  ] as const;
  for (const [definition, names] of expected)
    expect(params(definition)).toEqual(expect.arrayContaining(names.split(" ")));
});
