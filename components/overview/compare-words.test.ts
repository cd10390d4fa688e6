import { expect, test } from "vitest";
import { compareWords } from "./compare-words.ts";

test.each([
  [0, 0, "none before either"],
  [7, 7, "as many as before"],
  [7, 0, "none before"],
  [0, 1234, "1,234 before"],
  [1004, 1000, "about the same"],
  [141, 100, "41 % more"],
  [88, 100, "12 % fewer"],
  [310, 100, "3.1 times as many"],
  [1250, 100, "13 times as many"],
])("%i after %i is said as “%s”", (count, before, words) => {
  expect(compareWords(count, before)).toBe(words);
});
