import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { createRedactor } from "./redact.ts";
import { limits, sanitize } from "./sanitize.ts";

const circular: Record<string, unknown> = { name: "loop" };
circular.self = circular;
const deep = (levels: number): unknown =>
  Array.from({ length: levels }).reduce((inner) => ({ inner }), "end");
const revoked = () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
};
const shared = { x: 1 };

const cases: [name: string, input: unknown, value: unknown, notes: unknown[]][] = [
  [
    "plain JSON",
    { a: [1, -0.5, 1e300, "x", true, null, { b: {} }] },
    { a: [1, -0.5, 1e300, "x", true, null, { b: {} }] },
    [],
  ],
  ["undefined", undefined, null, []],
  ["undefined inside", { a: undefined, b: [undefined] }, { b: [null] }, []],
  ["NUL", { a: "x\0y" }, { a: "x\ufffdy" }, [/^a: characters replaced/]],
  ["NUL in a name", { "a\0": 1 }, { "a\ufffd": 1 }, [/name changed/]],
  [
    "names that become one",
    { "a\0": 1, "a\ufffd": 2 },
    { "a\ufffd": 1, "a\ufffd~2": 2 },
    [/name changed/, /name changed/],
  ],
  ["a lone high surrogate", "x\ud800y", "x\ufffdy", [/characters/]],
  ["a lone low surrogate", "\udc00", "\ufffd", [/characters/]],
  ["a pair of surrogates", "\u{1f600}", "\u{1f600}", []],
  ["BigInt", { a: 12345678901234567890n }, { a: "12345678901234567890" }, ["a: BigInt as text"]],
  ["NaN", Number.NaN, "NaN", ["not a finite number"]],
  ["Infinity", [Number.POSITIVE_INFINITY, -Infinity], ["Infinity", "-Infinity"], [/^\[0\]/, /^\[1\]/]],
  ["a function", { f() {} }, { f: "[function]" }, ["f: function"]],
  ["a symbol", { s: Symbol("x") }, { s: "[symbol]" }, ["s: symbol"]],
  ["a cycle", circular, { name: "loop", self: "[circular]" }, ["self: circular"]],
  ["the same object twice", [shared, shared], [{ x: 1 }, { x: 1 }], []],
  ["a date", new Date(0), "1970-01-01T00:00:00.000Z", []],
  ["an invalid date", { at: new Date(Number.NaN) }, { at: null }, ["at: invalid date"]],
  [
    "a Map",
    new Map<unknown, unknown>([
      ["a", 1],
      [7, { b: 2 }],
      [{}, 3],
    ]),
    { a: 1, "7": { b: 2 }, "[object]": 3 },
    ["Map as object"],
  ],
  ["a Set", new Set([1, "x"]), [1, "x"], ["Set as array"]],
  ["an Error", new RangeError("too far"), { name: "RangeError", message: "too far" }, ["Error as object"]],
  [
    "a Buffer",
    Buffer.from("abc"),
    { $bytes: 3, $sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
    [],
  ],
  ["an ArrayBuffer", new ArrayBuffer(2), { $bytes: 2, $sha256: expect.any(String) }, []],
  ["a regular expression", /x/g, "/x/g", [/RegExp/]],
  ["boxed values", [Object("x"), Object(1), Object(true)], ["x", 1, true], []],
  ["a URL", new URL("https://a.example/b"), "https://a.example/b", []],
  ["toJSON", { toJSON: () => ({ a: 1 }) }, { a: 1 }, []],
  [
    "toJSON that throws",
    {
      toJSON() {
        throw new Error("no");
      },
    },
    "[unreadable]",
    ["unreadable: no"],
  ],
  [
    "toJSON that gives itself",
    (() => {
      const x = { a: 1, toJSON: (): unknown => x };
      return x;
    })(),
    { a: 1, toJSON: "[function]" },
    ["toJSON: function"],
  ],
  [
    "a getter that throws",
    {
      get a() {
        throw new Error("closed");
      },
      b: 1,
    },
    { a: "[unreadable]", b: 1 },
    ["a: unreadable: closed"],
  ],
  [
    "a getter that throws what throws",
    {
      get a() {
        throw {
          toString() {
            throw new Error("again");
          },
        };
      },
    },
    { a: "[unreadable]" },
    [/it throws/],
  ],
  ["a Proxy", new Proxy({ a: 1 }, {}), { a: 1 }, []],
  ["a revoked Proxy", { p: revoked() }, { p: "[unreadable]" }, [/^p: unreadable/]],
  [
    "a Proxy that throws",
    new Proxy(
      {},
      {
        ownKeys() {
          throw new Error("trap");
        },
      },
    ),
    "[unreadable]",
    ["unreadable: trap"],
  ],
  ["a Proxy of a date", new Proxy(new Date(0), {}), "[unreadable]", [/^unreadable/]],
  [
    "__proto__",
    JSON.parse('{"__proto__": {"polluted": 1}}'),
    JSON.parse('{"__proto__": {"polluted": 1}}'),
    [],
  ],
  ["no prototype", Object.assign(Object.create(null), { a: 1 }), { a: 1 }, []],
  [
    "a class",
    new (class Point {
      x = 1;
      #y = 2;
      get sum() {
        return this.x + this.#y;
      }
    })(),
    { x: 1 },
    [],
  ],
  ["31 levels", deep(31), deep(31), []],
];

test.each(cases)("%s", (_name, input, value, notes) => {
  const result = sanitize(input);
  expect(JSON.parse(JSON.stringify(result.value))).toEqual(value);
  expect(result.notes).toHaveLength(notes.length);
  for (const [at, note] of notes.entries()) {
    expect(result.notes[at]).toEqual(note instanceof RegExp ? expect.stringMatching(note) : note);
  }
});

describe("what is too large", () => {
  test("50,000 levels are cut at 32", () => {
    const { value, notes } = sanitize(deep(50_000));
    expect(JSON.stringify(value).match(/inner/g)).toHaveLength(limits.depth);
    expect(notes).toEqual([expect.stringContaining("deeper than 32 levels")]);
  });

  test("100,000 names are cut at 1,000, as are elements", () => {
    const names = sanitize(Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`n${i}`, 1])));
    expect(Object.keys(names.value as object)).toHaveLength(1000);
    expect(names.notes).toEqual(["99000 of 100000 names left out"]);
    const elements = sanitize(Array.from({ length: 1_000_001 }, () => 1));
    expect(elements.value).toHaveLength(1000);
    expect(elements.notes).toEqual(["999001 of 1000001 elements left out"]);
  });

  test("ten megabytes of text keep their beginning and their length", () => {
    const { value } = sanitize({ text: `abc${"x".repeat(10_000_000)}` });
    expect(value).toEqual({ text: { $cut: expect.stringMatching(/^abcx+$/), $length: 10_000_003 } });
    expect((value as { text: { $cut: string } }).text.$cut).toHaveLength(limits.firstPart);
  });

  test("8,192 bytes of text stay whole, one more is cut, also where a character has several", () => {
    expect(sanitize("x".repeat(8192)).value).toHaveLength(8192);
    expect(sanitize("x".repeat(8193)).value).toMatchObject({ $length: 8193 });
    expect(sanitize("ü".repeat(4097)).value).toMatchObject({ $length: 4097 });
  });

  test("a whole of 64 KB stays, beyond that it says so", () => {
    const { value, notes } = sanitize(
      Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`n${i}`, "x".repeat(8000)])),
    );
    expect(Object.keys(value as object).length).toBe(8);
    expect(Buffer.byteLength(JSON.stringify(value))).toBeLessThanOrEqual(limits.whole);
    expect(notes.join()).toMatch(/cut to 64 KB.*92 of 100 names left out|91 of 100/);
  });

  test("an object that grows wherever it is looked at ends", () => {
    const endless: object = new Proxy(
      {},
      {
        get: (_t, name) => (name === "toJSON" ? undefined : endless),
        ownKeys: () => ["a", "b", "c"],
        getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }),
      },
    );
    const growing = { toJSON: (): unknown => ({ a: growing2(), b: growing2() }) };
    function growing2(): object {
      return { toJSON: () => ({ a: growing2(), b: growing2() }) };
    }
    for (const input of [endless, growing]) {
      expect(Buffer.byteLength(JSON.stringify(sanitize(input).value))).toBeLessThanOrEqual(limits.whole);
    }
  });
});

describe("secrets", () => {
  const redactor = createRedactor();
  test("are masked by their names without being looked at, at every level", () => {
    let looked = false;
    const input = {
      user: {
        name: "ann",
        password: "p",
        tokens: ["t"],
        get apiKey() {
          looked = true;
          return "k";
        },
      },
      list: [{ "Set-Cookie": "c" }],
    };
    expect(sanitize(input, redactor).value).toEqual({
      user: { name: "ann", password: { masked: true }, tokens: { masked: true }, apiKey: { masked: true } },
      list: [{ "Set-Cookie": { masked: true } }],
    });
    expect(looked).toBe(false);
  });

  test("are masked inside texts, and a cut does not halve them into what nothing recognises", () => {
    const jwt =
      "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U";
    expect(sanitize(`x ${jwt} y`, redactor).value).toBe("x [masked] y");
    const long = `${"a ".repeat(limits.firstPart / 2 - 10)}${jwt}${"b".repeat(9000)}`;
    expect(JSON.stringify(sanitize(long, redactor).value)).not.toContain("eyJ");
  });
});

describe("every result", () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());

  const poison = fc.constantFrom<unknown>(
    "\0",
    "\ud800",
    "\udfff\ud800",
    10n ** 50n,
    Number.NaN,
    1e308,
    -0,
    circular,
    new Date(Number.NaN),
    new Map([["k\0", "v"]]),
    Buffer.from([0]),
    Symbol("s"),
    () => {},
    {
      toJSON: () => {
        throw new Error("\0");
      },
    },
    {
      get x() {
        throw new Error("\ud800");
      },
    },
    JSON.parse('{"__proto__": "\\u0000"}'),
  );
  const anything = fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withSet: true,
    withTypedArray: true,
    withNullPrototype: true,
    withObjectString: true,
    withSparseArray: true,
  });
  const values = fc.oneof(
    fc.record({ a: anything, b: poison, c: fc.array(poison) }),
    fc.dictionary(
      fc.string({ unit: "binary" }),
      fc.oneof(poison, anything, fc.string({ unit: "binary", maxLength: 20_000 })),
    ),
  );

  test("is JSON within the limits that jsonb takes", async () => {
    const documents: string[] = [];
    fc.assert(
      fc.property(values, (value) => {
        const result = sanitize(value, createRedactor());
        const text = JSON.stringify(result.value);
        expect(JSON.parse(text)).toEqual(result.value);
        expect(Buffer.byteLength(text)).toBeLessThanOrEqual(limits.whole);
        expect(text).not.toMatch(/\\u0000|\\ud[89a-f]/);
        expect(result.notes.length).toBeLessThanOrEqual(20);
        for (const note of result.notes) expect(note.length).toBeLessThanOrEqual(200);
        documents.push(text, JSON.stringify(result.notes));
      }),
      { numRuns: 1000 },
    );
    // Not as an array of jsonb: this is how the library sends them.
    const [row] =
      await database.sql`select count(x::jsonb)::int as taken from unnest(${documents}::text[]) as x`;
    expect(row?.taken).toBe(documents.length);
  });

  test("is the value itself where that is plain JSON of a sensible size", () => {
    const text = fc.string({ unit: "grapheme", maxLength: 50 }).filter((s) => !s.includes("\0"));
    const leaf = fc.oneof(
      text,
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.double({ noNaN: true, noDefaultInfinity: true }).filter((n) => !Object.is(n, -0)),
    );
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 5 },
        leaf,
        fc.array(tie("tree"), { maxLength: 5 }),
        fc.dictionary(text, tie("tree"), { maxKeys: 5 }),
      ),
    }));
    fc.assert(
      fc.property(tree, (value) => {
        expect(sanitize(value)).toEqual({ value, notes: [] });
      }),
      { numRuns: 500 },
    );
  });
});
