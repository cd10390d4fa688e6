import { expect, test } from "vitest";
import { uuidV7 } from "./uuid-v7.ts";

test("is a UUID of version 7 that begins with the time", () => {
  const now = 0x0123456789ab;
  expect(uuidV7(now)).toMatch(/^01234567-89ab-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(uuidV7() < uuidV7(Date.now() + 1000)).toBe(true);
});

test("100,000 in one millisecond are all different", () => {
  const now = Date.now();
  expect(new Set(Array.from({ length: 100_000 }, () => uuidV7(now))).size).toBe(100_000);
});
