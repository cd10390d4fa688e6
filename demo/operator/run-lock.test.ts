import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { RunLock } from "./run-lock.ts";

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "annals-lock-"));
  file = join(folder, "demo.pid");
});

afterEach(() => rmSync(folder, { recursive: true }));

const sleeper = () => spawn(process.execPath, ["-e", "setTimeout(() => {}, 60_000)"]);

describe("RunLock", () => {
  it("refuses a folder on which a demo runs, and takes it when that one has ended", async () => {
    const lock = await RunLock.take(folder);
    await expect(RunLock.take(folder, 0)).rejects.toThrow(/runs on .* already/);
    lock.release();
    expect(existsSync(file)).toBe(false);
    expect(await RunLock.take(folder, 0)).toBeInstanceOf(RunLock);
  });

  it("waits for one that is about to end", async () => {
    const demo = sleeper();
    (await RunLock.take(folder)).noteConsole(demo.pid);
    const { console } = JSON.parse(readFileSync(file, "utf8"));
    writeFileSync(file, JSON.stringify({ demo: console }));
    await expect(RunLock.take(folder, 0)).rejects.toThrow(/already/);
    setTimeout(() => demo.kill(), 150);
    expect(await RunLock.take(folder, 10_000)).toBeInstanceOf(RunLock);
  });

  it("is not fooled by another program that got the number of a demo that crashed", async () => {
    writeFileSync(file, JSON.stringify({ demo: { pid: process.ppid, started: "long ago" } }));
    expect(await RunLock.take(folder, 0)).toBeInstanceOf(RunLock);
  });

  it.each(["", "{", "null", '{"demo": 7}'])("takes a folder whose file was cut off: %j", async (text) => {
    writeFileSync(file, text);
    expect(await RunLock.take(folder, 0)).toBeInstanceOf(RunLock);
  });

  it.each(["after a crash", "on a new folder"])(
    "is taken by one of many that start at once %s",
    async (when) => {
      if (when === "after a crash") {
        writeFileSync(file, JSON.stringify({ demo: { pid: 2 ** 22 - 1, started: "1" } }));
      }
      const code = `
      const { RunLock } = await import(${JSON.stringify(new URL("./run-lock.ts", import.meta.url).href)});
      await RunLock.take(${JSON.stringify(folder)}, 0).then(() => console.log("taken"), () => console.log("refused"));
      setTimeout(() => {}, 60_000);`;
      const starts = Array.from({ length: 6 }, () =>
        spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", code], {
          stdio: ["ignore", "pipe", "inherit"],
        }),
      );
      const said = await Promise.all(
        starts.map(async ({ stdout }) => `${(await once(stdout, "data"))[0]}`.trim()),
      );
      for (const child of starts) child.kill("SIGKILL");
      expect(said.sort()).toEqual(["refused", "refused", "refused", "refused", "refused", "taken"]);
    },
  );

  it("ends a console that outlived its demo", async () => {
    const console = sleeper();
    const lock = await RunLock.take(folder);
    lock.noteConsole(console.pid);
    const holder = JSON.parse(readFileSync(file, "utf8"));
    writeFileSync(file, JSON.stringify({ ...holder, demo: { pid: 2 ** 22 - 1, started: "1" } }));
    await RunLock.take(folder, 0);
    expect((await once(console, "exit"))[1]).toBe("SIGKILL");
  });
});
