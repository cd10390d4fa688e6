import { expect, test } from "vitest";
import { foldUsername } from "./username.ts";

test.each([
  ["Kay", "kay"],
  ["\u212aay", "kay"],
  ["ｋａｙ", "kay"],
  ["  KAY\t", "kay"],
  ["ﬁona", "fiona"],
  ["A\u030angstro\u0308m", "ångström"],
  ["\u212bngström", "ångström"],
])("%j is the user %j", (typed, name) => {
  expect(foldUsername(typed)).toBe(name);
});

test("a folded name is folded: whoever folds it again finds the same user", () => {
  const twice: string[] = [];
  for (let point = 0; point <= 0x10ffff; point += 1) {
    if (point >= 0xd800 && point <= 0xdfff) continue;
    const once = foldUsername(`a${String.fromCodePoint(point)}b`);
    if (foldUsername(once) !== once) twice.push(point.toString(16));
  }
  expect(twice).toEqual([]);
});
