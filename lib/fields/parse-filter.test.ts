import fc from "fast-check";
import { expect, test } from "vitest";
import { codecs } from "./codecs.ts";
import type { Field } from "./field.ts";
import { fieldTypes } from "./field-type.ts";
import { formatFilter, parseFilter } from "./parse-filter.ts";

const field = (more: Partial<Field>): Field => ({
  type: "text",
  label: "X",
  column: "x",
  param: "x",
  ...more,
});
const choice = field({ type: "choice", choices: { CREATE: "Create", VIEW: "View" } });
const open = field({ type: "choice", open: true, optional: true });
const actor = field({ type: "actor" });
const address = field({ type: "address", optional: true });
const count = field({ type: "count" });

test("every field type has a codec", () => {
  expect(Object.keys(codecs).sort()).toEqual([...fieldTypes].sort());
});

test("a list is sorted, doubles fall away, a leading ! negates it", () => {
  expect(parseFilter(choice, ["!VIEW,CREATE,VIEW"])).toEqual({
    filter: { negated: true, values: ["CREATE", "VIEW"], words: [] },
    refused: [],
  });
});

test("a repeated parameter is one list, as a form sends it", () => {
  expect(parseFilter(choice, ["VIEW", "CREATE"]).filter).toEqual({
    negated: false,
    values: ["CREATE", "VIEW"],
    words: [],
  });
  expect(parseFilter(choice, ["VIEW", "!CREATE"])).toEqual({
    filter: { negated: false, values: ["VIEW"], words: [] },
    refused: [{ value: "CREATE", reason: "mixes values to include with values to exclude" }],
  });
});

test("an unknown choice is refused and named, the known one beside it applies", () => {
  const { filter, refused } = parseFilter(choice, ["VIEW,FOO,toString"]);
  expect(filter?.values).toEqual(["VIEW"]);
  expect(refused.map(({ value }) => value)).toEqual(["FOO", "toString"]);
  expect(refused[0]?.reason).toBe("is not a known value; known are CREATE, VIEW");
});

test("none is a word where a field may be empty, and escaped it is a value", () => {
  expect(parseFilter(open, ["none"]).filter).toEqual({ negated: false, values: [], words: ["none"] });
  expect(parseFilter(open, ["\\none"]).filter).toEqual({ negated: false, values: ["none"], words: [] });
  expect(parseFilter(field({}), ["none"]).filter).toEqual({ negated: false, values: ["none"], words: [] });
  expect(parseFilter(actor, ["unattributed,none,7"]).filter).toEqual({
    negated: false,
    values: ["7"],
    words: ["none", "unattributed"],
  });
});

test.each([
  ["10.1.2.3/8", "10.0.0.0/8"],
  ["10.1.2.3/32", "10.1.2.3"],
  ["192.168.77.1/20", "192.168.64.0/20"],
  ["2001:DB8:0:0:0:0:0:9", "2001:db8::9"],
  ["2001:db8:ffff::/33", "2001:db8:8000::/33"],
  ["0.0.0.0/0", "0.0.0.0/0"],
])("the address %s is %s", (given, canonical) => {
  expect(parseFilter(address, [given]).filter?.values).toEqual([canonical]);
});

test.each([
  "0177.0.0.1",
  "10.1",
  "010.0.0.1",
  "1.2.3.4/33",
  "::1/129",
  "fe80::1%eth0",
  "1.2.3.4/",
  "x",
  "1.2.3.4/8/8",
])("%s is no address", (given) => {
  const { filter, refused } = parseFilter(address, [given]);
  expect([filter, refused.map(({ value }) => value)]).toEqual([undefined, [given]]);
});

test("a lower bound is one whole number that cannot be negated", () => {
  expect(parseFilter(count, ["0100"]).filter?.values).toEqual(["100"]);
  for (const given of ["1,2", "!1", "1.5", "-1", "1e3", "9".repeat(19)]) {
    expect(parseFilter(count, [given]).refused).toHaveLength(1);
  }
});

test("what no text of PostgreSQL can hold is refused", () => {
  for (const given of ["a\0b", "\ud800"]) expect(parseFilter(open, [given]).filter).toBeUndefined();
});

test("more than 100 values are refused", () => {
  const given = Array.from({ length: 102 }, (_, at) => String(at)).join();
  const { filter, refused } = parseFilter(open, [given]);
  expect([filter?.values.length, refused.length]).toEqual([100, 2]);
});

test("writing a filter and reading it again changes nothing", () => {
  const value = fc.oneof(
    fc.constantFrom("none", "unattributed", "!", "\\", ",", "\\none", "!none", "a,b", "\\,", " "),
    fc
      .string({ minLength: 1, maxLength: 20, unit: "binary" })
      .filter((text) => !/\0|\p{Surrogate}/u.test(text)),
  );
  const filter = fc.record({
    negated: fc.boolean(),
    values: fc.uniqueArray(value, { maxLength: 5 }).map((values) => values.sort()),
    words: fc.subarray(["none", "unattributed"] as const),
  });
  fc.assert(
    fc.property(filter, (given) => {
      fc.pre(given.values.length + given.words.length > 0);
      expect(parseFilter(actor, [formatFilter(actor, given)])).toEqual({ filter: given, refused: [] });
    }),
    { numRuns: 300 },
  );
});
