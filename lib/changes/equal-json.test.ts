import { expect, test } from "vitest";
import { equalJson } from "./equal-json.ts";
import { parseJson } from "./json.ts";

const equal = (one: string, other: string) => equalJson(parseJson(one), parseJson(other));

test.each([
  ["1.0", "1.00"],
  ["-0", "0"],
  ["1e2", "100"],
  ["0.010", "1e-2"],
  ["1e400", `1${"0".repeat(400)}`],
  ['{"a":1,"b":[2]}', '{"b":[2.0],"a":1}'],
  ["null", "null"],
])("%s equals %s", (one, other) => {
  expect(equal(one, other)).toBe(true);
});

test.each([
  ["1", "-1"],
  ["10", "1"],
  ["12345678901234567890", "12345678901234567891"],
  ["1", '"1"'],
  ['""', "null"],
  ["[1,2]", "[2,1]"],
  ['{"a":1}', '{"a":1,"b":null}'],
  ['{"a":1}', '{"b":1}'],
  ["true", "false"],
  ["{}", "[]"],
])("%s differs from %s", (one, other) => {
  expect(equal(one, other)).toBe(false);
});
