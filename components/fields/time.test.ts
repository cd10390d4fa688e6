import { expect, test } from "vitest";
import { age, clockAt, zoneLabel } from "./time.ts";

test("a clock keeps the microseconds and follows the zone over midnight", () => {
  expect(clockAt("2026-11-24T23:12:33.481207Z", "Asia/Kathmandu")).toEqual({
    date: "2026-11-25",
    time: "04:57:33",
    micros: "481207",
    weekday: "Wednesday",
    day: "25 November 2026",
  });
});

test.each([
  ["2026-11-24T09:12:21Z", "12 seconds ago"],
  ["2026-11-24T09:11:32Z", "1 minute ago"],
  ["2026-11-23T08:00:00Z", "1 day ago"],
  ["2024-01-01T00:00:00Z", "2 years ago"],
  ["2026-11-24T12:12:33Z", "in 3 hours"],
  ["2026-11-24T09:12:33Z", "now"],
])("%s is %s", (instant, words) => {
  expect(age(instant, new Date("2026-11-24T09:12:33Z"))).toBe(words);
});

test("a zone is called by its city", () => {
  expect(zoneLabel("America/Argentina/Buenos_Aires")).toBe("Buenos Aires");
  expect(zoneLabel("UTC")).toBe("UTC");
});
