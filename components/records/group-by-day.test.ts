import { expect, test } from "vitest";
import { groupByDay } from "./group-by-day.ts";

const at = (instants: string[], zone: string) =>
  groupByDay(instants, (instant) => instant, zone, "2026-11-24");

test("days are those of the zone, and the year is told only of other years", () => {
  const instants = [
    "2026-11-24T00:30:00Z",
    "2026-11-23T23:30:00Z",
    "2026-11-23T22:30:00Z",
    "2025-12-31T12:00:00Z",
  ];
  expect(at(instants, "Europe/Paris").map(({ title, items }) => [title, items.length])).toEqual([
    ["Tuesday 24 November", 2],
    ["Monday 23 November", 1],
    ["Wednesday 31 December 2025", 1],
  ]);
});

test("no item is no day", () => {
  expect(at([], "UTC")).toEqual([]);
});
