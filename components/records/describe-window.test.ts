import { expect, test } from "vitest";
import { describePeriod, describeWindow, windowRange } from "./describe-window.ts";

const relative = (from: string, to = "now") => ({ from: null, to: null, given: { from, to } });

test.each([
  ["now-7d", "last 7 days"],
  ["now-1h", "last hour"],
  ["now-90d", "last 90 days"],
  ["all", undefined],
])("from %s is the %s", (from, words) => {
  expect(describeWindow(relative(from), "UTC")).toBe(words);
});

test("two instants are shown on the clocks of the zone", () => {
  const window = {
    from: "2026-11-17T09:14:00.000000Z",
    to: "2026-11-24T09:14:30.000000Z",
    given: { from: "2026-11-17T09:14:00Z", to: "2026-11-24T09:14:30Z" },
  };
  expect(describeWindow(window, "Europe/Paris")).toBe("17 November 2026 10:14 to 24 November 2026 10:14:30");
  expect(describeWindow({ ...window, from: null, given: { ...window.given, from: "all" } }, "UTC")).toBe(
    "until 24 November 2026 09:14:30",
  );
});

test.each([
  ["2026", "2026"],
  ["2026-03", "March 2026"],
  ["2026-03-14", "14 March 2026"],
  ["2026-03-14T09", "14 March 2026, 09:00"],
  ["2026-10-25T02+02:00", "25 October 2026, 02:00 (UTC+02:00)"],
])("%s is %s", (on, words) => {
  expect(describePeriod(on)).toBe(words);
});

test("the range is told to the minute, with the year of other years", () => {
  const given = { from: "", to: "" };
  const [from, to] = ["2025-12-31T23:14:09.000000Z", "2026-11-24T09:14:30.000000Z"];
  expect(windowRange({ from, to: null, given }, "UTC", "2026")).toBe("31 Dec 2025 23:14 to now");
  expect(windowRange({ from, to, given }, "Europe/Paris", "2026")).toBe("1 Jan 00:14 to 24 Nov 10:14");
  expect(windowRange({ from: null, to: null, given }, "UTC", "2026")).toBe("all time");
});
