import { expect, test } from "vitest";
import { changeBetween, firstInstantOf, formatOffset, instantsOf, isZone, offsetAt } from "./zone.ts";

const wall = (text: string) => Date.parse(`${text}Z`);
const utc = (instants: number[]) => instants.map((instant) => new Date(instant).toISOString().slice(0, 16));

test.each(["UTC", "Europe/Paris", "Asia/Kathmandu", "America/Argentina/Buenos_Aires", "Etc/GMT+5"])(
  "%s is a zone",
  (name) => {
    expect(isZone(name)).toBe(true);
  },
);

test.each(["", "Mars/Olympus", "+01:00", "Europe/Paris'", "a".repeat(65), "../../etc"])(
  "%j is no zone",
  (name) => {
    expect(isZone(name)).toBe(false);
  },
);

test("an hour that comes twice has two instants, one that is skipped has none", () => {
  expect(utc(instantsOf("Europe/Paris", wall("2026-10-25T02:30")))).toEqual([
    "2026-10-25T00:30",
    "2026-10-25T01:30",
  ]);
  expect(instantsOf("Europe/Paris", wall("2026-03-29T02:30"))).toEqual([]);
  expect(utc(instantsOf("Asia/Kathmandu", wall("2026-03-29T02:30")))).toEqual(["2026-03-28T20:45"]);
});

test("a skipped midnight begins where the clocks are set forward", () => {
  // Beirut goes from 00:00 to 01:00.
  expect(utc([firstInstantOf("Asia/Beirut", wall("2026-03-29T00:00"))])).toEqual(["2026-03-28T22:00"]);
});

test("the change of an offset is found to the millisecond", () => {
  const [from, to] = [wall("2026-10-25T00:00"), wall("2026-10-25T03:00")];
  expect(changeBetween("Europe/Paris", from, to)).toBe(wall("2026-10-25T01:00"));
  expect(changeBetween("UTC", from, to)).toBeUndefined();
});

test("offsets are written as clocks have them", () => {
  expect(formatOffset(offsetAt("Asia/Kathmandu", 0))).toBe("+05:30");
  expect(formatOffset(offsetAt("Asia/Kathmandu", wall("2026-01-01T00:00")))).toBe("+05:45");
  expect(formatOffset(offsetAt("America/St_Johns", wall("2026-01-01T00:00")))).toBe("-03:30");
  expect(formatOffset(offsetAt("UTC", 0))).toBe("+00:00");
});
