import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findBrowser } from "./browser.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "annals-browser-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function browser(name: string, script = "echo Chromium 1"): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

const none = { chosen: "", own: "/nowhere", folders: [], unpack: async () => undefined };

test("the order is: the chosen one, Playwright's own, the system's, the one from npm", async () => {
  const packed = { executablePath: browser("packed"), env: { FONTCONFIG_FILE: "fonts" } };
  const npm = { ...none, unpack: async () => packed };
  expect(await findBrowser(npm)).toEqual(packed);
  const system = { ...npm, folders: [folder] };
  browser("google-chrome");
  expect((await findBrowser(system)).executablePath).toBe(join(folder, "google-chrome"));
  const own = { ...system, own: browser("own") };
  expect((await findBrowser(own)).executablePath).toBe(own.own);
  const chosen = { ...own, chosen: browser("chosen") };
  expect((await findBrowser(chosen)).executablePath).toBe(chosen.chosen);
});

test("a browser that does not run is passed over", async () => {
  browser("chromium", "echo 'please run snap install chromium' >&2; exit 1");
  const works = browser("google-chrome");
  expect((await findBrowser({ ...none, folders: [folder] })).executablePath).toBe(works);
});

test("a chosen browser that does not run is an error, not a reason to take another", async () => {
  browser("chromium");
  const chosen = join(folder, "missing");
  await expect(findBrowser({ ...none, chosen, folders: [folder] })).rejects.toThrow(/missing: .*ENOENT/);
});

test("without any, the error says what to install", async () => {
  await expect(findBrowser(none)).rejects.toThrow(/apt-get install chromium.*ANNALS_CHROME/);
});
