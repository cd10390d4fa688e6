import { expect, test } from "vitest";
import { type Period, parsePeriod, partsOf, pathOf, stepPeriod } from "./period.ts";

const period = (zone: string, on: string): Period => {
  const found = parsePeriod(zone, on);
  if (!("on" in found)) throw new Error(`${on} ${found.reason}`);
  return found;
};
const span = ({ from, to }: Period) => `${from.slice(0, 16)} ${to.slice(0, 16)}`;
const hours = (zone: string, on: string) => partsOf(zone, period(zone, on)).map((hour) => hour.on.slice(11));

test("periods are half-open and lie where the clocks of the zone have them", () => {
  expect(span(period("UTC", "2026"))).toBe("2026-01-01T00:00 2027-01-01T00:00");
  expect(span(period("Europe/Paris", "2026-03"))).toBe("2026-02-28T23:00 2026-03-31T22:00");
  expect(span(period("Asia/Kathmandu", "2026-03-14"))).toBe("2026-03-13T18:15 2026-03-14T18:15");
  expect(span(period("Asia/Kathmandu", "2026-03-14T09"))).toBe("2026-03-14T03:15 2026-03-14T04:15");
});

test("the day on which clocks go back in Paris has 25 hours, two of them at two o'clock", () => {
  const names = hours("Europe/Paris", "2026-10-25");
  expect(names).toHaveLength(25);
  expect(names.slice(1, 5)).toEqual(["01", "02+02:00", "02+01:00", "03"]);
  expect(span(period("Europe/Paris", "2026-10-25T02+01:00"))).toBe("2026-10-25T01:00 2026-10-25T02:00");
});

test("the day on which clocks go forward in Paris has 23 hours", () => {
  expect(hours("Europe/Paris", "2026-03-29").slice(0, 4)).toEqual(["00", "01", "03", "04"]);
  expect(hours("Europe/Paris", "2026-03-29")).toHaveLength(23);
});

test("where half an hour moves, hours are shorter and still without a gap", () => {
  const lordHowe = partsOf("Australia/Lord_Howe", period("Australia/Lord_Howe", "2026-04-05"));
  expect(lordHowe.map(({ on }) => on.slice(11)).slice(0, 4)).toEqual(["00", "01+11:00", "01+10:30", "02"]);
  const lengths = lordHowe.map(({ from, to }) => (Date.parse(to) - Date.parse(from)) / 60_000);
  expect([lengths[2], lengths.reduce((sum, length) => sum + length)]).toEqual([30, 24.5 * 60]);
});

test("a day that a zone left out is none, and its month goes on without a gap", () => {
  expect(parsePeriod("Pacific/Apia", "2011-12-30")).toEqual({ reason: "was skipped in Pacific/Apia" });
  expect(partsOf("Pacific/Apia", period("Pacific/Apia", "2011-12"))).toHaveLength(30);
});

test.each(["UTC", "Europe/Paris", "Asia/Kathmandu", "America/Havana", "Asia/Beirut", "Australia/Lord_Howe"])(
  "in %s the parts of every period of 2026 adjoin and fill it, and each is found by its name",
  (zone) => {
    const year = period(zone, "2026");
    const check = (whole: Period): Period[] => {
      const parts = partsOf(zone, whole);
      expect([parts[0]?.from, parts.at(-1)?.to]).toEqual([whole.from, whole.to]);
      expect(parts.slice(1).map(({ from }) => from)).toEqual(parts.slice(0, -1).map(({ to }) => to));
      expect(parts.map(({ on }) => period(zone, on))).toEqual(parts);
      return parts;
    };
    const days = check(year).flatMap(check);
    expect(days).toHaveLength(365);
    const turns = days.filter(({ from, to }) => Date.parse(to) - Date.parse(from) !== 86_400_000);
    for (const day of [...turns, ...days.slice(0, 2)]) check(day);
  },
);

test.each([
  ["2026-13", "is no date"],
  ["2026-02-29", "is no date"],
  ["2026-03-29T02", "was skipped in Europe/Paris"],
  ["2026-03-14T24", "is no hour"],
  ["2026-10-25T02", "comes twice in Europe/Paris: 2026-10-25T02+02:00 and 2026-10-25T02+01:00"],
  ["2026-10-25T02+05:00", "comes twice in Europe/Paris: 2026-10-25T02+02:00 and 2026-10-25T02+01:00"],
  ["2026-03-14T09+02:00", "has the offset +01:00 in Europe/Paris"],
  ["1969", "lies outside the years 1970 to 9998"],
  ["26", "is not a period such as 2026, 2026-03, 2026-03-14 or 2026-03-14T09"],
  ["2026-W12", "is not a period such as 2026, 2026-03, 2026-03-14 or 2026-03-14T09"],
])("on=%s %s", (on, reason) => {
  expect(parsePeriod("Europe/Paris", on)).toEqual({ reason });
});

test("an offset that was not needed falls away", () => {
  expect(period("Europe/Paris", "2026-03-14T09+01:00").on).toBe("2026-03-14T09");
});

test("neighbours and the way down from the year", () => {
  const day = period("Europe/Paris", "2026-03-01");
  expect([stepPeriod("Europe/Paris", day, -1).on, stepPeriod("Europe/Paris", day, 1).on]).toEqual([
    "2026-02-28",
    "2026-03-02",
  ]);
  const hour = period("Europe/Paris", "2026-10-25T02+01:00");
  expect(pathOf("Europe/Paris", hour).map(({ on }) => on)).toEqual([
    "2026",
    "2026-10",
    "2026-10-25",
    hour.on,
  ]);
});
