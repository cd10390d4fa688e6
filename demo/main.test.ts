import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

async function demo(args: string[], env: Record<string, string> = {}, hear = (_said: string) => {}) {
  const child = spawn(process.execPath, ["--import", "tsx", "demo/main.ts", ...args], {
    cwd: root,
    env: { ...process.env, DATABASE_URL: "", ...env },
  });
  const said = { stdout: "", stderr: "" };
  child.stdout.on("data", (text) => {
    said.stdout += text;
  });
  child.stderr.on("data", (text) => {
    said.stderr += text;
    hear(`${text}`);
  });
  const [code] = await once(child, "close");
  return { code, ...said };
}

describe("npm run demo", () => {
  it("explains itself on standard output", async () => {
    const { code, stdout, stderr } = await demo(["--help"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^Usage: npm run demo/);
  });

  it("ends with 2 on a flag that it does not know, and says where to look", async () => {
    const { code, stdout, stderr } = await demo(["--colour"]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/--colour/);
    expect(stderr).toMatch(/--help/);
  });

  it("ends with 1 on a port that is taken, and names the flag for another", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    const data = mkdtempSync(join(tmpdir(), "annals-demo-"));
    const { code, stdout, stderr } = await demo(["--port", `${port}`, "--data", data]);
    other.close();
    rmSync(data, { recursive: true });
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(new RegExp(`Port ${port} is taken.*--port`, "s"));
  });

  it("ends with 1 on a database that does not answer, without its password", async () => {
    const data = mkdtempSync(join(tmpdir(), "annals-demo-"));
    const env = { DATABASE_URL: "postgres://ada:hunter2@127.0.0.1:1/shop" };
    const { code, stderr } = await demo(["--port", "0", "--data", data, "--dev"], env);
    rmSync(data, { recursive: true });
    expect(code).toBe(1);
    expect(stderr).toMatch(/No connection to PostgreSQL at 127\.0\.0\.1:1/);
    expect(stderr).not.toMatch(/hunter2/);
  });

  it("ends with 1 when somebody ends its database, says so, and leaves the folder to the next start", async () => {
    const data = mkdtempSync(join(tmpdir(), "annals-demo-"));
    chmodSync(data, 0o755);
    const running = demo(["--port", "0", "--data", data, "--dev"], {}, (said) => {
      const file = join(data, "database", "postmaster.pid");
      if (said.includes("Running the shop"))
        process.kill(Number(readFileSync(file, "utf8").split("\n")[0]), "SIGINT");
    });
    const { code, stderr } = await running;
    expect(code).toBe(1);
    expect(stderr).toMatch(/The database of the demo \(process \d+\) has ended.*Start the demo again/s);
    expect(existsSync(join(data, "demo.pid"))).toBe(false);
    rmSync(data, { recursive: true });
  });
});
