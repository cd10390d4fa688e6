import { expect, test } from "vitest";
import { readChanges } from "@/lib/changes/read-changes.ts";
import { briefChange } from "./brief-change.tsx";

const of = (changes: unknown) => briefChange(readChanges(JSON.stringify(changes)));

test("one short change is said in a sentence", () => {
  expect(of({ status: { old: "open", new: "paid" } })?.field).toBe("status");
  expect(of({ paid: { old: null, new: true } })?.field).toBe("paid");
  expect(of({ secret: { masked: true } })?.kind).toBe("masked");
});

test.each([
  ["several", { a: { old: 1, new: 2 }, b: { old: 1, new: 2 } }],
  ["inside JSON", { a: { old: { x: 1 }, new: { x: 2 } } }],
  ["long", { a: { old: "x".repeat(61), new: "" } }],
  ["of lines", { a: { old: "one\ntwo", new: "" } }],
  ["cut when captured", { a: { old: { $cut: "x", $length: 9000 }, new: "y" } }],
  ["without a comparison", { a: 1 }],
  ["none", {}],
])("those that are %s are not", (_, changes) => {
  expect(of(changes)).toBeUndefined();
});
