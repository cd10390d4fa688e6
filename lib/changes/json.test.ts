import fc from "fast-check";
import { expect, test } from "vitest";
import { deepest, formatJson, parseJson } from "./json.ts";

test.each(["1e400", "0.10", "12345678901234567890", "-0", "-1.50e-7", "0"])(
  "%s keeps every digit",
  (text) => {
    expect(parseJson(text)).toEqual({ is: "number", text });
    expect(formatJson(parseJson(`{"n":[${text}]}`))).toBe(`{"n":[${text}]}`);
  },
);

test("what JSON.stringify writes is read back to the same text", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = JSON.stringify(value);
      expect(formatJson(parseJson(text))).toBe(text);
    }),
  );
});

test("white space between tokens means nothing", () => {
  expect(formatJson(parseJson(' { "a" : [ 1 ,\n\t{ } , [ ] ] } '))).toBe('{"a":[1,{},[]]}');
});

test("whatever JSON.parse refuses is refused", () => {
  const near = fc
    .tuple(
      fc.json(),
      fc.nat(),
      fc.constantFrom("", ",", "]", "}", '"', "\\", "0", "-", "e", "\u0001", "nul", " "),
    )
    .map(
      ([text, at, part]) =>
        text.slice(0, at % (text.length + 1)) + part + text.slice((at % (text.length + 1)) + 1),
    );
  fc.assert(
    fc.property(near, (text) => {
      const verdict = (parse: (text: string) => unknown) => {
        try {
          parse(text);
          return "read";
        } catch (error) {
          return (error as Error).name;
        }
      };
      expect(verdict(parseJson)).toBe(verdict(JSON.parse));
    }),
    { numRuns: 2000 },
  );
});

test("nesting beyond the limit is kept as it stands and does not exhaust the stack", () => {
  const inner = `${"[".repeat(50_000)}"]}\\""${"]".repeat(50_000)}`;
  const text = `${"[".repeat(deepest)}${inner}${"]".repeat(deepest)}`;
  expect(formatJson(parseJson(text))).toBe(text);
  expect(JSON.stringify(parseJson(text))).toContain('"is":"deep"');
});

test("a member named __proto__ is a member like any other", () => {
  expect(parseJson('{"__proto__":1}')).toEqual({
    is: "object",
    members: [["__proto__", { is: "number", text: "1" }]],
  });
});
