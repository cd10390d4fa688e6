import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { AnnalsError } from "../../lib/errors.ts";

const script = fileURLToPath(new URL("../../.next/standalone/server.js", import.meta.url));

/** The console as it was built, on a database. */
export async function serveConsole(
  databaseUrl: string,
  secret: string,
): Promise<{ url: string; stop(): Promise<void> }> {
  if (!existsSync(script)) {
    throw new AnnalsError(
      "USAGE",
      "The console has not been built.",
      "Run `npm run build`, or leave --http out.",
    );
  }
  const port = await freePort();
  const child = spawn(process.execPath, [script], {
    cwd: join(script, ".."),
    stdio: ["ignore", "ignore", "inherit"],
    env: {
      ...process.env,
      NODE_ENV: "production",
      PORT: String(port),
      HOSTNAME: "127.0.0.1",
      DATABASE_URL: databaseUrl,
      ANNALS_SECRET: secret,
    },
  });
  const url = `http://127.0.0.1:${port}`;
  await untilServing(url, child);
  return {
    url,
    async stop() {
      const exit = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      await Promise.race([exit, sleep(10_000).then(() => child.kill("SIGKILL"))]);
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}

async function untilServing(url: string, child: ChildProcess): Promise<void> {
  const until = Date.now() + 60_000;
  while (Date.now() < until && child.exitCode === null) {
    const answer = await fetch(`${url}/login`).catch(() => undefined);
    if (answer?.ok) return;
    await sleep(100);
  }
  child.kill("SIGKILL");
  throw new Error(`The console did not serve ${url} within a minute; see what it said above.`);
}
