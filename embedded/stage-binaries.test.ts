import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { stageBinaries } from "./stage-binaries.ts";

let native: string;
let copy: string | undefined;

beforeEach(() => {
  native = mkdtempSync(join(tmpdir(), "annals-native-"));
  for (const name of ["bin", "lib"]) mkdirSync(join(native, name), { mode: 0o700 });
  writeFileSync(join(native, "bin/postgres"), "#!/bin/sh\n", { mode: 0o700 });
  writeFileSync(join(native, "lib/libpq.so.5.18"), "library", { mode: 0o600 });
  const links = [{ source: "native/lib/libpq.so.5.18", target: "native/lib/libpq.so.5" }];
  writeFileSync(join(native, "pg-symlinks.json"), JSON.stringify(links));
});

afterEach(() => {
  for (const folder of [native, copy]) if (folder) rmSync(folder, { recursive: true });
});

test("the copy can be read and run by every account, and has its library links", () => {
  copy = stageBinaries(native);
  expect(statSync(join(copy ?? "", "bin/postgres")).mode & 0o777).toBe(0o755);
  expect(statSync(join(copy ?? "", "lib")).mode & 0o777).toBe(0o755);
  expect(readFileSync(join(copy ?? "", "lib/libpq.so.5"), "utf8")).toBe("library");
});

test("the second start uses the copy that the first has made", () => {
  copy = stageBinaries(native);
  rmSync(join(copy ?? "", "bin/postgres"));
  expect(stageBinaries(native)).toBe(copy);
  expect(statSync(join(copy ?? "", "bin/postgres"), { throwIfNoEntry: false })).toBeUndefined();
});

test("another version in the same place is copied anew", () => {
  copy = stageBinaries(native);
  writeFileSync(join(native, "bin/postgres"), "#!/bin/sh\n# newer\n");
  const newer = stageBinaries(native) ?? "";
  expect(readFileSync(join(newer, "bin/postgres"), "utf8")).toContain("newer");
  rmSync(newer, { recursive: true });
});

test("a copy that others could change is not used, and named in the error", () => {
  copy = stageBinaries(native);
  chmodSync(copy ?? "", 0o777);
  expect(() => stageBinaries(native)).toThrow(`${copy} is in the way`);
});
