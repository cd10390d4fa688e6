import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findRunningServer, isRunning } from "./running-server.ts";
import { serverUser } from "./server-user.ts";
import { type StartedDatabase, startDatabase } from "./start-database.ts";

let folder: string;
const started: StartedDatabase[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "annals launcher "));
  chmodSync(folder, 0o755);
});

afterEach(async () => {
  for (const database of started.splice(0)) await database.stop();
  rmSync(folder, { recursive: true });
});

async function start(dir = join(folder, "data"), port?: number): Promise<StartedDatabase> {
  const database = await startDatabase({ dir, port });
  started.push(database);
  return database;
}

async function query(database: StartedDatabase, text: string): Promise<Record<string, unknown>[]> {
  const sql = postgres(database.url, { max: 1, onnotice: () => {} });
  try {
    return [...(await sql.unsafe(text))];
  } finally {
    await sql.end();
  }
}

/** A launcher in a process of its own, that can be killed. */
async function startElsewhere(dir: string): Promise<{ launcher: ChildProcess; pid: number }> {
  const module = new URL("./start-database.ts", import.meta.url).href;
  const code = `
    const { startDatabase } = await import(${JSON.stringify(module)});
    console.log((await startDatabase({ dir: ${JSON.stringify(dir)} })).pid);`;
  const launcher = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", code], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = await once(launcher.stdout, "data");
  return { launcher, pid: Number(line) };
}

async function kill(process_: { pid: number } | ChildProcess): Promise<void> {
  process.kill(process_.pid as number, "SIGKILL");
  if ("kill" in process_) await once(process_, "exit");
}

test("a stopped database keeps its rows for the next start", async () => {
  const first = await start();
  await query(first, "create table kept as select 7 as n");
  await first.stop();
  expect(isRunning(first.pid)).toBe(false);

  const second = await start();
  expect(second.adopted).toBe(false);
  expect(await query(second, "select n from kept")).toEqual([{ n: 7 }]);
});

test("it listens on 127.0.0.1 only, and on no socket file", async () => {
  const settings = await query(
    await start(),
    "select name, setting from pg_settings where name in ('listen_addresses', 'unix_socket_directories') order by 1",
  );
  expect(settings.map((row) => row.setting)).toEqual(["127.0.0.1", ""]);
});

test("the server of a launcher that was killed is adopted, and stopped in its place", async () => {
  const dir = join(folder, "data");
  const { launcher, pid } = await startElsewhere(dir);
  await kill(launcher);
  expect(isRunning(pid)).toBe(true);

  const database = await start(dir);
  expect(database).toMatchObject({ adopted: true, pid });
  await database.stop();
  expect(isRunning(pid)).toBe(false);
});

test("after kill -9 of the server the next start recovers every committed row", async () => {
  const first = await start();
  await query(first, "create table kept as select n from generate_series(1, 1000) n");
  await kill({ pid: first.pid });

  const second = await start();
  expect(second).toMatchObject({ adopted: false, dir: first.dir });
  expect(await query(second, "select count(*)::int as rows from kept")).toEqual([{ rows: 1000 }]);
});

test("after kill -9 of server and launcher the next start recovers every committed row", async () => {
  const dir = join(folder, "data");
  const first = await startElsewhere(dir);
  const { port } = findRunningServer(dir) ?? {};
  const sql = postgres(`postgres://postgres@127.0.0.1:${port}/annals`, { max: 1 });
  await sql`create table kept as select 1 as n`;
  await sql.end();
  await Promise.all([kill(first.launcher), kill({ pid: first.pid })]);

  expect(await query(await start(dir), "select n from kept")).toEqual([{ n: 1 }]);
});

test("two starts at once on a new folder share one server, which the last to stop ends", async () => {
  const [one, two] = await Promise.all([start(), start()]);
  expect(two.pid).toBe(one.pid);
  expect([one.adopted, two.adopted].filter(Boolean)).toHaveLength(1);

  await one.stop();
  expect(await query(two, "select 1 as n")).toEqual([{ n: 1 }]);
  await two.stop();
  expect(isRunning(one.pid)).toBe(false);
});

test("a leftover pid file that names some other living process does not keep it from starting", async () => {
  const first = await start();
  const file = join(first.dir, "postmaster.pid");
  const lines = readFileSync(file, "utf8").split("\n");
  await first.stop();
  // Under the same account: PostgreSQL minds a process that it could have sent a signal to.
  const stranger = spawn("sleep", ["60"], { ...serverUser(first.dir) });
  writeFileSync(file, [stranger.pid, ...lines.slice(1)].join("\n"));

  const second = await start();
  expect(second).toMatchObject({ adopted: false });
  expect(stranger.exitCode).toBeNull();
  await kill(stranger);
});

test("a folder that the server cannot use is replaced by another, the same each time", async () => {
  const closed = join(folder, "closed");
  // Root's server runs under another account, which may not pass; anybody else may not write.
  mkdirSync(closed, { mode: process.getuid?.() === 0 ? 0o700 : 0o500 });
  const dir = join(closed, "data");
  const lines: string[] = [];
  const first = await startDatabase({ dir, log: (line) => lines.push(line) });
  await query(first, "create table kept as select 7 as n");
  await first.stop();
  expect(first.dir).not.toBe(dir);
  expect(lines[0]).toContain(`The data is kept in ${first.dir}`);

  const second = await start(dir);
  expect(await query(second, "select n from kept")).toEqual([{ n: 7 }]);
  await second.stop();
  rmSync(first.dir, { recursive: true });
});

test("a server that somebody else ends is noticed, and a stop is not", async () => {
  const [stopped, killed] = [await start(), await start(join(folder, "other"))];
  let noticed = 0;
  for (const database of [stopped, killed]) void database.ended.then(() => (noticed += 1));
  await stopped.stop();
  await kill({ pid: killed.pid });
  await killed.ended;
  await new Promise((resolve) => setTimeout(resolve, 700));
  expect(noticed).toBe(1);
});

test("stop is at peace with a server that has been killed", async () => {
  const database = await start();
  await kill({ pid: database.pid });
  await expect(database.stop()).resolves.toBeUndefined();
});

test("a fixed port that is taken is named in the error", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const { port } = other.address() as { port: number };
  await expect(start(undefined, port)).rejects.toThrow(/127.0.0.1.*Address already in use/s);
  other.close();
});

test("a folder with other files in it is refused and left alone", async () => {
  const file = join(folder, "thesis.txt");
  writeFileSync(file, "precious");
  await expect(start(folder)).rejects.toThrow("holds files, but no PostgreSQL data");
  expect(existsSync(file)).toBe(true);
});
