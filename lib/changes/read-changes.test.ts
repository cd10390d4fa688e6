import { expect, test } from "vitest";
import type { ChangeRow } from "./changes.ts";
import { readChanges } from "./read-changes.ts";

/** One field's entry, as rows in short: path, kind, before, after. */
function rowsOf(entry: string): string[] {
  const changes = readChanges(`{"f":${entry}}`);
  if (changes.is !== "diff" && changes.is !== "values") throw new Error(changes.is);
  return changes.rows.map((row) =>
    [row.path.join("."), row.kind, side(row.before), side(row.after)].join("|"),
  );
}

function side(value: ChangeRow["before"]): string {
  return "text" in value ? `${value.is} ${value.text}` : value.is;
}

test.each(["{}", "null"])("%s says that no field change was recorded", (json) => {
  expect(readChanges(json)).toEqual({ is: "none" });
  expect(readChanges(null)).toEqual({ is: "none" });
});

test("a created field is added, a deleted one removed, and absent is not null", () => {
  expect(rowsOf('{"new":"x"}')).toEqual(["|added|absent|text x"]);
  expect(rowsOf('{"old":"x"}')).toEqual(["|removed|text x|absent"]);
  expect(rowsOf('{"new":null}')).toEqual(["|added|absent|null"]);
  expect(rowsOf('{"old":null}')).toEqual(["|removed|null|absent"]);
  expect(rowsOf('{"old":null,"new":"x"}')).toEqual(["|added|null|text x"]);
  expect(rowsOf('{"old":"x","new":null}')).toEqual(["|removed|text x|null"]);
});

test("the empty text, white space and null are told apart", () => {
  expect(rowsOf('{"old":"","new":" "}')).toEqual(["|changed|text |text  "]);
  expect(rowsOf('{"old":null,"new":""}')).toEqual(["|added|null|text "]);
  expect(rowsOf('{"old":"a b","new":"a  b"}')).toEqual(["|changed|text a b|text a  b"]);
});

test("numbers keep every digit", () => {
  expect(rowsOf('{"old":0.10,"new":1e400}')).toEqual(["|changed|number 0.10|number 1e400"]);
  expect(rowsOf('{"old":12345678901234567890,"new":12345678901234567891}')).toEqual([
    "|changed|number 12345678901234567890|number 12345678901234567891",
  ]);
});

test("a change of type is named, equal pairs are unchanged", () => {
  expect(rowsOf('{"old":"2","new":2}')).toEqual(["|type changed|text 2|number 2"]);
  expect(rowsOf('{"old":[1],"new":{"a":1}}')).toEqual(['|type changed|array [1]|object {"a":1}']);
  expect(rowsOf('{"old":1.0,"new":1.00}')).toEqual(["|unchanged|number 1.0|number 1.00"]);
  expect(rowsOf('{"old":{"a":[1]},"new":{"a":[1]}}')).toEqual([
    '|unchanged|object {"a":[1]}|object {"a":[1]}',
  ]);
});

test("objects are compared by path, whatever is missing on a side", () => {
  const entry = `{"old":{"p":{"m":"card","c":"EUR"},"r":"2"},"new":{"p":{"m":"transfer","c":"EUR","by":"x"},"r":2}}`;
  expect(rowsOf(entry)).toEqual([
    "p.m|changed|text card|text transfer",
    "p.c|unchanged|text EUR|text EUR",
    "p.by|added|absent|text x",
    "r|type changed|text 2|number 2",
  ]);
});

test("an item removed from the middle of an array is one removal", () => {
  expect(rowsOf('{"old":["a","b","c"],"new":["a","c"]}')).toEqual([
    "0|unchanged|text a|text a",
    "1|removed|text b|absent",
    "1|unchanged|text c|text c",
  ]);
});

test("JSON kept in a text is compared by path, a text that only begins like it is not", () => {
  expect(rowsOf('{"old":"{\\"a\\":1}","new":"{\\"a\\":2}"}')).toEqual(["a|changed|number 1|number 2"]);
  expect(rowsOf('{"old":"[draft]","new":"[final]"}')).toEqual(["|changed|text [draft]|text [final]"]);
});

test("masked values show no value", () => {
  const masked = ["|masked|masked|masked"];
  expect(rowsOf('{"masked":true}')).toEqual(masked);
  expect(rowsOf('{"old":{"masked":true},"new":{"masked":true}}')).toEqual(masked);
});

test("bytes and cut texts are known by their marks", () => {
  const changes = readChanges(
    `{"photo":{"old":{"$bytes":2048,"$sha256":"ab"},"new":{"$bytes":2048,"$sha256":"cd"}},
      "memo":{"old":{"$cut":"same","$length":9000,"$sha256":"ab"},"new":{"$cut":"other","$length":9001}}}`,
  );
  expect(changes).toMatchObject({
    is: "diff",
    fields: 2,
    rows: [
      { field: "photo", kind: "changed", before: { is: "bytes", length: 2048, sha256: "ab" } },
      { field: "memo", kind: "changed", before: { is: "cut", text: "same", length: 9000 } },
    ],
  });
});

test("an object of the host's that resembles a mark stays the host's", () => {
  expect(rowsOf('{"new":{"masked":true,"by":"x"}}')).toEqual([
    '|added|absent|object {"masked":true,"by":"x"}',
  ]);
  expect(rowsOf('{"new":{"$bytes":"x","$sha256":"y"}}')).toEqual([
    '|added|absent|object {"$bytes":"x","$sha256":"y"}',
  ]);
});

test("flat values are recorded values, not a comparison", () => {
  expect(readChanges('{"method":"password","attempts":3}')).toMatchObject({
    is: "values",
    rows: [
      { field: "method", kind: "recorded", after: { is: "text", text: "password" } },
      { field: "attempts", kind: "recorded", after: { is: "number", text: "3" } },
    ],
  });
  expect(readChanges("[1]")).toMatchObject({ is: "values", rows: [{ field: "", after: { text: "[1]" } }] });
});

test("texts are compared by words, white space included, and by lines over 5,000 characters", () => {
  const words = readChanges('{"f":{"old":"due in 30 days","new":"due in 14 days"}}');
  expect(words).toMatchObject({
    rows: [
      {
        pieces: {
          by: "words",
          parts: [
            { is: "same", text: "due in " },
            { is: "removed", text: "30" },
            { is: "added", text: "14" },
            { is: "same", text: " days" },
          ],
        },
      },
    ],
  });
  const line = "x".repeat(2000);
  const json = JSON.stringify({ f: { old: `${line}\n${line}\na\n`, new: `${line}\n${line}\nb\n${line}` } });
  expect(readChanges(json)).toMatchObject({
    rows: [
      { pieces: { by: "lines", parts: [{ is: "same", text: `${line}\n${line}\n` }, { text: "a\n" }, {}] } },
    ],
  });
});

test("the pieces of a diff put together are the two texts", () => {
  const [old, now] = ["a  b\tc é 漢字 d", "a b\tc e\u0301 漢 d\n"];
  const changes = readChanges(JSON.stringify({ f: { old, new: now } }));
  const [row] = "rows" in changes ? changes.rows : [];
  const text = (without: string) =>
    row?.pieces?.parts
      .filter(({ is }) => is !== without)
      .map((piece) => piece.text)
      .join("");
  expect([text("added"), text("removed")]).toEqual([old, now]);
});

test("two long texts without anything in common are answered at once", () => {
  const random = (seed: number) =>
    Array.from({ length: 1600 }, (_, at) => ((at + seed) * 7919 * seed) % 9973)
      .join(" ")
      .slice(0, 5000);
  const start = performance.now();
  const changes = readChanges(JSON.stringify({ f: { old: random(3), new: random(11) } }));
  expect(changes).toMatchObject({ is: "diff", rows: [{ kind: "changed" }] });
  expect(performance.now() - start).toBeLessThan(1000);
});

test("over 200 fields or 256 kB only the names and the size are told", () => {
  const many = Object.fromEntries(Array.from({ length: 201 }, (_, at) => [`f${at}`, { new: at }]));
  expect(readChanges(JSON.stringify(many))).toMatchObject({
    is: "large",
    bytes: JSON.stringify(many).length,
  });
  const heavy = JSON.stringify({ memo: { new: "é".repeat(140_000) } });
  expect(readChanges(heavy)).toEqual({ is: "large", fields: ["memo"], bytes: heavy.length + 140_000 });
});

test("a value of more than 200 paths is one row", () => {
  const wide = (add: number) =>
    Object.fromEntries(Array.from({ length: 201 }, (_, at) => [`k${at}`, at + add]));
  expect(readChanges(JSON.stringify({ f: { old: wide(0), new: wide(1) } }))).toMatchObject({
    rows: [{ path: [], kind: "changed", before: { is: "object" } }],
  });
});

test("what is no JSON is an error, not an empty list", () => {
  expect(() => readChanges("{")).toThrow(SyntaxError);
});
