import { expect, test } from "vitest";
import { foldPieces } from "./fold-pieces.ts";

const lines = (count: number) => Array.from({ length: count }, (_, at) => `line ${at}\n`).join("");

test("what is the same between two changes keeps three lines at either end", () => {
  const folded = foldPieces([
    { is: "removed", text: "a\n" },
    { is: "same", text: lines(10) },
    { is: "added", text: "b\n" },
  ]);
  expect(folded).toEqual([
    { is: "removed", text: "a\n" },
    { is: "same", text: "line 0\nline 1\nline 2\n" },
    { is: "folded", text: "4 unchanged lines" },
    { is: "same", text: "line 7\nline 8\nline 9\n" },
    { is: "added", text: "b\n" },
  ]);
});

test("the beginning keeps only the lines before the first change", () => {
  expect(
    foldPieces([
      { is: "same", text: lines(8) },
      { is: "added", text: "b\n" },
    ])[0],
  ).toEqual({
    is: "folded",
    text: "5 unchanged lines",
  });
});

test("a single line is not worth folding", () => {
  const parts = [
    { is: "added", text: "b\n" },
    { is: "same", text: lines(7) },
    { is: "added", text: "c\n" },
  ] as const;
  expect(foldPieces(parts)).toEqual(parts);
});
