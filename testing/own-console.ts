import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { hash } from "@node-rs/argon2";
import postgres from "postgres";
import { startDatabase } from "../embedded/start-database.ts";
import { migrate } from "../lib/migrate/migrate.ts";
import { openSession } from "./session.ts";

/** A built console on an empty database of its own, for what no other test should see. */
export interface OwnConsole {
  url: string;
  /** As a superuser. */
  sql: postgres.Sql;
  /** Makes a user who can sign in. */
  addUser(username: string, role: string, password: string): Promise<void>;
  /** The database goes away; the console stays. */
  stopDatabase(): Promise<void>;
  stop(): Promise<void>;
}

const root = fileURLToPath(new URL("..", import.meta.url));
const patience = 60_000;

/** @throws Error when the console has not been built (`npm run build`, or `npm run demo` once) */
export async function startOwnConsole(): Promise<OwnConsole> {
  const script = join(root, ".next", "standalone", "server.js");
  if (!existsSync(script)) throw new Error(`${script} is missing: build the console first (npm run build).`);
  const folder = mkdtempSync(join(tmpdir(), "annals-console-"));
  // Root's server runs under another account, which has to get in.
  chmodSync(folder, 0o755);
  const database = await startDatabase({ dir: join(folder, "data"), settings: { fsync: false } });
  const session = openSession(database.url);
  await migrate(session.db);
  await session.close();
  const sql = postgres(database.url, { max: 2, onnotice: () => {} });
  const url = `http://127.0.0.1:${await freePort()}`;
  const child = spawn(process.execPath, [script], {
    cwd: join(script, ".."),
    stdio: ["ignore", "ignore", "inherit"],
    env: {
      ...process.env,
      NODE_ENV: "production",
      PORT: new URL(url).port,
      HOSTNAME: "127.0.0.1",
      DATABASE_URL: database.url,
      ANNALS_SECRET: "only for tests, and no secret at all",
    },
  });
  await untilServing(url, child);
  return {
    url,
    sql,
    async addUser(username, role, password) {
      await sql`INSERT INTO annals.console_user (username, label, role, password_hash)
        VALUES (${username}, ${username}, ${role}, ${await hash(password)})`;
    },
    async stopDatabase() {
      await sql.end({ timeout: 1 });
      await database.stop();
    },
    async stop() {
      await ended(child);
      await sql.end({ timeout: 1 });
      await database.stop();
      for (const dir of [database.dir, folder]) rmSync(dir, { recursive: true, force: true });
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
