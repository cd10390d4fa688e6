import { expect, test } from "vitest";
import type { ChangeRow } from "@/lib/changes/changes.ts";
import { changeWords } from "./change-words.ts";
import { groupRows } from "./group-rows.ts";

const row = (given: Partial<ChangeRow>): ChangeRow => ({
  field: "memo",
  path: [],
  kind: "changed",
  before: { is: "null" },
  after: { is: "null" },
  ...given,
});

test("of a changed text it is said how many words changed", () => {
  const parts = [
    { is: "same", text: "Payment is due within " },
    { is: "removed", text: "30" },
    { is: "added", text: "14" },
    { is: "same", text: " days" },
  ] as const;
  expect(changeWords(row({ pieces: { by: "words", parts } }))).toEqual({
    kind: "Changed",
    detail: "1 of 6 words",
  });
});

test("a masked value is called changed, since that is all that is known", () => {
  expect(changeWords(row({ kind: "masked" }))).toEqual({ kind: "Changed" });
});

test("paths follow their field, and a field with paths alone has no row of its own", () => {
  const rows = [
    row({ field: "a" }),
    row({ field: "meta", path: ["x"] }),
    row({ field: "b" }),
    row({ field: "meta", path: ["y", "0"] }),
    row({ field: "meta", path: ["z"], kind: "unchanged" }),
  ];
  expect(
    groupRows(rows).map(({ field, whole, paths, unchanged }) => [
      field,
      whole !== undefined,
      paths.length,
      unchanged,
    ]),
  ).toEqual([
    ["a", true, 0, 0],
    ["meta", false, 2, 1],
    ["b", true, 0, 0],
  ]);
});
