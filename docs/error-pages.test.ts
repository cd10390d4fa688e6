import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const folder = new URL("errors/", import.meta.url);
const pages = readdirSync(folder).map((file) => file.replace(/\.md$/, ""));
const source = readFileSync(new URL("../lib/errors.ts", import.meta.url), "utf8");
const [, union = ""] = /export type ErrorCode =([^;]+);/.exec(source) ?? [];
const codes = [...union.matchAll(/"([A-Z_]+)"/g)].map(([, code = ""]) => code);

test("every error code has a page, and every page a code", () => {
  expect(codes.length).toBeGreaterThan(10);
  expect(pages.sort()).toEqual(codes.sort());
});

test.each(pages)("%s says what it is, its cause and its fix, in 30 lines", (code) => {
  const page = readFileSync(new URL(`${code}.md`, folder), "utf8");
  const [title, , meaning] = page.split("\n");
  expect(title).toBe(`# ${code}`);
  expect(meaning).toMatch(/^[A-Z].+/);
  expect(page.match(/^## .+$/gm)).toEqual(["## Cause", "## Fix"]);
  expect(page.trimEnd().split("\n").length).toBeLessThanOrEqual(30);
});
