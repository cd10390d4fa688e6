// What `npm pack -w lib` puts into the package.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

test("the package brings its command, its licence and what to do first", () => {
  const output = execFileSync("npm", ["pack", "--dry-run", "--json", "-w", "lib"], {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
    shell: process.platform === "win32",
  });
  const [{ files }] = JSON.parse(output) as [{ files: { path: string }[] }];
  const paths = files.map(({ path }) => path);
  expect(paths).toEqual(expect.arrayContaining(["package.json", "bin/annals.js", "LICENSE", "README.md"]));
  expect(paths.filter((path) => !/^(dist|bin)\//.test(path)).sort()).toEqual([
    "LICENSE",
    "README.md",
    "package.json",
  ]);
  expect(paths.filter((path) => path.includes(".test."))).toEqual([]);
});

test("the licence is that of the repository", () => {
  const read = (name: string) => readFileSync(new URL(name, import.meta.url), "utf8");
  expect(read("LICENSE")).toBe(read("../LICENSE"));
});
