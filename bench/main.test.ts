import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const run = (...args: string[]) =>
  spawnSync(process.execPath, ["--import", "tsx", "bench/main.ts", ...args], { cwd: root, encoding: "utf8" });

test("without a name every bench is listed with one line", () => {
  const { status, stdout } = run();
  expect(status).toBe(0);
  for (const name of ["capture", "relay", "months", "crash"])
    expect(stdout).toMatch(new RegExp(`^ +${name} +\\S`, "m"));
});

test("what the command line does not mean is said, with exit code 2", () => {
  const { status, stdout, stderr } = run("sped");
  expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  expect(stderr).toMatch(/^There is no bench “sped”\. There are: .*capture/);
  expect(run("capture", "--what").status).toBe(2);
});
