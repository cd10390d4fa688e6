import fc from "fast-check";
import { expect, test } from "vitest";
import { formatInstant, parseInstant, shortenInstant } from "./instant.ts";

test.each([
  ["2026-03-14T09:12:33.481207Z", "2026-03-14T09:12:33.481207Z"],
  ["2026-03-14T09:12:33.5+01:00", "2026-03-14T08:12:33.500000Z"],
  ["2026-03-14T09:12-05:45", "2026-03-14T14:57:00.000000Z"],
])("%s is %s", (text, canonical) => {
  expect(formatInstant(parseInstant(text) ?? -1n)).toBe(canonical);
});

test.each([
  "2026-02-30T00:00:00Z",
  "2026-03-14T24:00:00Z",
  "2026-03-14T09:12:60Z",
  "2026-03-14T09:12:33",
  "2026-03-14T09:12:33.1234567Z",
  "1969-12-31T23:59:59Z",
  "9999-01-01T00:00:00Z",
  "2026-03-14 09:12:33Z",
  "2026-03-14T09:12:33+1:00",
  "",
])("%j is no instant", (text) => {
  expect(parseInstant(text)).toBeUndefined();
});

test("formatting and parsing an instant loses no microsecond", () => {
  const last = BigInt(Date.UTC(9999, 0, 1)) * 1000n - 1n;
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: last }), (micros) => {
      expect(parseInstant(formatInstant(micros))).toBe(micros);
      expect(parseInstant(shortenInstant(formatInstant(micros)))).toBe(micros);
    }),
  );
});
