import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { Child } from "./child.ts";

const forever = "console.log('ready'); setInterval(() => {}, 1_000);";

function start(script: string): Child {
  return new Child(["-e", script], { cwd: process.cwd(), env: process.env });
}

async function untilReady(child: Child): Promise<void> {
  while (!child.output.includes("ready")) await new Promise((resolve) => setTimeout(resolve, 20));
}

describe("Child", () => {
  it("keeps what it said, and tells how it ended", async () => {
    const child = start("console.log('out'); console.error('err'); process.exitCode = 3;");
    expect(await child.ended).toBe(3);
    expect(child.output).toMatch(/out/);
    expect(child.output).toMatch(/err/);
    expect(child.running).toBe(false);
  });

  it("stops when it is asked to", async () => {
    const child = start(forever);
    await untilReady(child);
    await child.stop();
    expect(child.process.signalCode).toBe("SIGTERM");
  });

  it("is made to stop, with all that it has started, when it does not listen", async () => {
    const child = start(`
      const { spawn } = require("node:child_process");
      process.on("SIGTERM", () => {});
      console.log(spawn(process.execPath, ["-e", "setInterval(() => {}, 1_000)"]).pid, "ready");
      setInterval(() => {}, 1_000);`);
    await untilReady(child);
    const grandchild = Number.parseInt(child.output, 10);
    await child.stop(100);
    expect(child.process.signalCode).toBe("SIGKILL");
    await expect.poll(() => isAlive(grandchild)).toBe(false);
  });

  it("ends by itself when its parent was killed", async () => {
    const module = fileURLToPath(new URL("./child.ts", import.meta.url));
    const parent = spawn(process.execPath, [
      "--import",
      "tsx",
      "--input-type=module",
      "-e",
      `import { Child } from ${JSON.stringify(module)};
      const child = new Child(["-e", "setInterval(() => {}, 1_000)"], { cwd: ".", env: process.env });
      console.log(child.process.pid);`,
    ]);
    const [pid] = await once(parent.stdout, "data");
    expect(isAlive(Number(pid))).toBe(true);
    parent.kill("SIGKILL");
    await expect.poll(() => isAlive(Number(pid)), { timeout: 10_000 }).toBe(false);
  });
});

/** A process that nobody has buried yet is dead all the same. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== "linux" || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
}
