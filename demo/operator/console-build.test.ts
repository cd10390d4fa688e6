import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { buildIsFresh, fingerprintSources } from "./console-build.ts";

let root: string;

beforeEach(() => {
  root = `${mkdtempSync(join(tmpdir(), "annals build "))}/`;
  write("app/page.tsx", "a page");
  write("lib/index.ts", "the library");
  write("next.config.ts", "a configuration");
});

afterEach(() => rmSync(root, { recursive: true }));

function write(file: string, text: string): void {
  mkdirSync(join(root, file, ".."), { recursive: true });
  writeFileSync(join(root, file), text);
}

describe("fingerprintSources", () => {
  it.each([
    ["a changed file", "app/page.tsx"],
    ["a new file", "components/cell.tsx"],
    ["a changed configuration", "next.config.ts"],
    ["another package", "package-lock.json"],
  ])("tells %s", async (_what, file) => {
    const before = await fingerprintSources(root);
    write(file, "something else");
    expect(await fingerprintSources(root)).not.toBe(before);
  });

  it.each(["app/page.test.tsx", "lib/dist/index.js", "demo/main.ts"])(
    "does not care for %s",
    async (file) => {
      const before = await fingerprintSources(root);
      write(file, "whatever");
      expect(await fingerprintSources(root)).toBe(before);
    },
  );
});

describe("buildIsFresh", () => {
  it("believes a build that carries the fingerprint and has a server", async () => {
    expect(await buildIsFresh(root, "abc")).toBe(false);
    write(".next/annals-build", "abc");
    expect(await buildIsFresh(root, "abc")).toBe(false);
    write(".next/standalone/server.js", "listen");
    expect(await buildIsFresh(root, "abc")).toBe(true);
    expect(await buildIsFresh(root, "abd")).toBe(false);
  });
});
