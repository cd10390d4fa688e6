import { expect, test } from "vitest";
import { overviewHref, readOverviewParams, windows } from "./overview-params.ts";

const now = new Date("2026-03-15T12:00:00Z");

test.each(windows)("the address of $words is read back", ({ from, days }) => {
  const [, query] = overviewHref(from, "Europe/Paris").split("?");
  const read = readOverviewParams(Object.fromEntries(new URLSearchParams(query)), now);
  expect(read).toMatchObject({ zone: "Europe/Paris", window: { from, days }, problems: [] });
});

test("without being asked it is of 30 days, and its address is the shortest", () => {
  const { zone, window } = readOverviewParams({}, now);
  expect([zone, window.days, overviewHref(window.from, zone)]).toEqual(["UTC", 30, "/"]);
});

test("what it cannot be asked is named, and the rest applied", () => {
  const given = { from: "now-7d", action: "VIEW", after: "x", tz: "Nowhere" };
  const { window, problems } = readOverviewParams(given, now);
  expect(window.days).toBe(7);
  expect(problems.map(({ param }) => param).sort()).toEqual(["action", "after", "tz"]);
  expect(readOverviewParams({ from: ["now-7d", "all"] }, now).problems[0]?.reason).toMatch(
    /is not one of now-24h/,
  );
});
