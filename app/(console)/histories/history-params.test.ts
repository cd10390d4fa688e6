import { expect, test } from "vitest";
import { fieldOf, historyHref, readHistoryParams } from "./history-params.ts";

const now = new Date("2026-03-15T12:00:00Z");
const cursor = { direction: "after", at: "2026-03-14T09:00:00.000001Z", seq: "41" } as const;

test("an address is read back as it was written, and says no more than it must", () => {
  const { search } = readHistoryParams("object", {}, now);
  expect(historyHref("object", "/objects/order/7", search)).toBe("/objects/order/7");
  const filters = { field: { negated: false, values: ["a,b"], words: [] } };
  const asked = { ...search, zone: "Asia/Kathmandu", size: 25 as const, filters, cursor, bound: "90" };
  const href = historyHref("object", "/objects?type=order&id=..", asked);
  expect(href).toMatch(/^\/objects\?type=order&id=\.\.&after=/);
  const params = Object.fromEntries(new URLSearchParams(href.split("id=..&")[1]));
  const read = readHistoryParams("object", params, now);
  expect(read.problems).toEqual([]);
  expect(read.search).toMatchObject({ zone: "Asia/Kathmandu", size: 25, cursor, bound: "90" });
  expect(fieldOf(read.search)).toBe("a,b");
});

test.each([
  ["object", { action: "VIEW" }, "action", "is not a filter of a history"],
  ["object", { from: "now-7d" }, "from", "is not a filter of a history"],
  ["object", { field: "!status" }, "field", "is not the name of one field"],
  ["object", { field: "a,b" }, "field", "is not the name of one field"],
  ["object", { field: "none" }, "field", "is not the name of one field"],
  ["object", { n: "7" }, "n", "is not one of 25, 50, 100"],
  ["object", { after: "x" }, "after", "is not a place in this list"],
  ["actor", { field: "status" }, "field", "is not a filter of a history"],
  ["actor", { before: "x" }, "before", "is not a filter of a history"],
] as const)("of an %s, %j is not applied, and named", (of, given, param, reason) => {
  const { search, problems } = readHistoryParams(of, given, now);
  expect(problems).toEqual([expect.objectContaining({ param, reason })]);
  expect(historyHref(of, "/x", search)).toBe("/x");
});

test("the value of a problem is cut", () => {
  const { problems } = readHistoryParams("actor", { q: "x".repeat(5000) }, now);
  expect(problems[0]?.value).toHaveLength(80);
});
