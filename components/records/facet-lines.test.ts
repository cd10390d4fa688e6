import { expect, test } from "vitest";
import type { Field } from "@/lib/fields/field.ts";
import type { Filter } from "@/lib/fields/filter.ts";
import { facetLines, facetNote } from "./facet-lines.ts";

const field: Field = { type: "choice", label: "Module", column: "module", param: "module", optional: true };
const facet = {
  values: [
    { value: "auth", label: "auth", count: 5 },
    { value: "", label: "", count: 2 },
  ],
};
const show = (filter?: Filter) =>
  filter ? `${filter.negated ? "!" : ""}${[...filter.words, ...filter.values].join(",")}` : "-";
const lines = (filter?: Filter) => facetLines(field, facet, filter, show);

test("without a filter a value can be chosen or left out, the empty ones too", () => {
  expect(lines()).toEqual([
    { label: "auth", count: 5, state: "free", href: "auth", excludeHref: "!auth" },
    { label: "No module", count: 2, state: "free", href: "none", excludeHref: "!none" },
  ]);
});

test("a chosen value is taken out again, and another one joins it", () => {
  const [auth, empty] = lines({ negated: false, values: ["auth", "billing"], words: [] });
  expect(auth).toMatchObject({ state: "in", href: "billing", excludeHref: undefined });
  expect(empty).toMatchObject({ state: "free", href: "none,auth,billing", excludeHref: undefined });
});

test("of values left out, one comes back, another joins them, and choosing one replaces them", () => {
  const [auth, empty] = lines({ negated: true, values: ["auth"], words: [] });
  expect(auth).toMatchObject({ state: "out", href: "-" });
  expect(empty).toMatchObject({ state: "free", href: "none", excludeHref: "!none,auth" });
});

test("the head of the facet says how many values are chosen or left out", () => {
  expect(facetNote(undefined)).toBeUndefined();
  expect(facetNote({ negated: false, values: ["a", "b"], words: ["none"] })).toBe("3 chosen");
  expect(facetNote({ negated: true, values: ["a"], words: [] })).toBe("1 left out");
});
