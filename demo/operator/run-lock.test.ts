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
