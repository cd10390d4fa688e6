import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { freePort } from "./free-port.ts";

const script = fileURLToPath(new URL("../.next/standalone/server.js", import.meta.url));
const patience = 60_000;

/**
 * The console as it was built, on a database and a port of its own.
 *
 * @throws Error when it has not been built (`npm run build`, or `npm run demo` once), or does not serve within a minute
 */
export async function serveBuiltConsole(
  databaseUrl: string,
  secret: string,
): Promise<{ url: string; stop(): Promise<void> }> {
  if (!existsSync(script)) throw new Error(`${script} is missing: build the console first (npm run build).`);
  const url = `http://127.0.0.1:${await freePort()}`;
  const child = spawn(process.execPath, [script], {
    cwd: join(script, ".."),
    stdio: ["ignore", "ignore", "inherit"],
    env: {
      ...process.env,
      NODE_ENV: "production",
      PORT: new URL(url).port,
      HOSTNAME: "127.0.0.1",
      DATABASE_URL: databaseUrl,
      ANNALS_SECRET: secret,
    },
  });
  await untilServing(url, child);
  return { url, stop: () => ended(child) };
}

async function untilServing(url: string, child: ChildProcess): Promise<void> {
  const until = Date.now() + patience;
  while (Date.now() < until && child.exitCode === null) {
    const answer = await fetch(`${url}/login`).catch(() => undefined);
    if (answer?.ok) return;
    await sleep(100);
  }
  child.kill("SIGKILL");
  throw new Error(`The console did not serve ${url} within ${patience / 1000} s; see what it said above.`);
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const exit = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  await Promise.race([exit, sleep(10_000).then(() => child.kill("SIGKILL"))]);
}
