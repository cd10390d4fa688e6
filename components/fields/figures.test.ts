import { expect, test } from "vitest";
import { countWords, formatBytes, groupDigits } from "./figures.ts";

test.each([
  ["0", "0"],
  ["999", "999"],
  ["1000", "1,000"],
  ["9007199254740993", "9,007,199,254,740,993"],
])("%s is written %s", (number, written) => {
  expect(groupDigits(number)).toBe(written);
});

test.each([
  ["0", "0 bytes"],
  ["1", "1 byte"],
  ["999", "999 bytes"],
  ["1234", "1.2 kB"],
  ["48213003", "48 MB"],
])("%s bytes are %s", (bytes, words) => {
  expect(formatBytes(bytes)).toBe(words);
});

test("a capped count says that there are more", () => {
  const noun = { one: "event", many: "events" };
  expect(countWords({ count: 1 }, noun)).toBe("1 event");
  expect(countWords({ count: 10_000, capped: true }, noun)).toBe("10,000+ events");
});
