// A transaction that was prepared (two-phase commit) has no process any more, and keeps its locks until somebody ends it.
import { spawn } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type StartedDatabase, startDatabase } from "../../embedded/start-database.ts";
import { openSession } from "../../testing/session.ts";
import { track } from "../capture/track.ts";
import { migrate } from "../migrate/migrate.ts";

const folder = mkdtempSync(join(tmpdir(), "annals-prepared-"));
const entry = new URL("./main.ts", import.meta.url).href;
const code = `const { main } = await import("${entry}"); process.exitCode = await main(process.argv.slice(1));`;
const tsx = createRequire(import.meta.url).resolve("tsx");
// As one may be called whose name has to be quoted.
const name = "it's stuck";
const quoted = "'it''s stuck'";
let server: StartedDatabase;
let sql: postgres.Sql;

beforeAll(async () => {
  chmodSync(folder, 0o755);
  // The server of the tests, or that of whoever runs them, need not take any.
  const settings = { fsync: false, max_prepared_transactions: 4 };
  server = await startDatabase({ dir: join(folder, "data"), settings });
  sql = postgres(server.url, { max: 1, onnotice: () => {} });
  const session = openSession(server.url);
  await migrate(session.db);
  await session.close();
  await sql`CREATE TABLE orders (id int PRIMARY KEY)`;
}, 120_000);
afterEach(async () => {
  await sql.unsafe(`ROLLBACK PREPARED ${quoted}`);
});
afterAll(async () => {
  await sql.end();
  await server.stop();
  for (const dir of [server.dir, folder]) rmSync(dir, { recursive: true, force: true });
});

async function annals(args: string) {
  const child = spawn(
    process.execPath,
    ["--import", tsx, "--input-type=module", "-e", code, "--", ...args.split(" ")],
    { cwd: folder, env: { ...process.env, DATABASE_URL: server.url } },
  );
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (chunk) => (stdout += chunk));
  child.stderr.on("data", (chunk) => (stderr += chunk));
  const exitCode = await new Promise((resolve) => child.once("close", resolve));
  return { exitCode, stdout, stderr };
}

const prepare = (...statements: string[]) =>
  sql.unsafe(["BEGIN", ...statements, `PREPARE TRANSACTION ${quoted}`].join("; "));

test("relay --once and status name the one that holds the turn, and how to end it", async () => {
  await prepare("SELECT annals.relay()");
  await sql`SELECT annals.record('audit', '{"action": "WAITS"}')`;
  const [once, json, status, state] = await Promise.all([
    annals("relay --once"),
    annals("relay --once --json"),
    annals("status"),
    annals("status --json"),
  ]);
  expect(once).toMatchObject({ exitCode: 1, stderr: "" });
  expect(once.stdout).toMatch(
    /^Another relay is at work \(prepared transaction “it's stuck”, role postgres, for \d+ s\), and/,
  );
  expect(once.stdout).toContain(`If it hangs, end it: ROLLBACK PREPARED ${quoted};`);
  const other = { pid: null, prepared: name, role: "postgres", application: null };
  expect(JSON.parse(json.stdout)).toMatchObject({ taken: 0, other });
  expect(status.stdout).toMatch(/^waiting +1, .*A relay is at work \(prepared transaction “it's stuck”, /m);
  expect(JSON.parse(state.stdout)).toMatchObject({ waiting: { count: 1 }, relayAtWork: other });
}, 60_000);

test("migrate names the one that holds its lock", async () => {
  await prepare("SELECT pg_advisory_xact_lock(1634627169, 1)");
  const { exitCode, stderr } = await annals("migrate --wait 0");
  expect(exitCode).toBe(1);
  expect(stderr).toContain("is still at work: prepared transaction “it's stuck”, role “postgres”.");
  expect(stderr).toContain(`If it hangs, end it: ROLLBACK PREPARED ${quoted};`);
});

test("retention names the one that holds its lock", async () => {
  await prepare("SELECT pg_advisory_xact_lock(1634627169, 2)");
  writeFileSync(
    join(folder, "annals.config.json"),
    JSON.stringify({ retention: { archive: false, audit: { keep: "1 year" } } }),
  );
  const { exitCode, stderr } = await annals("retention");
  expect(exitCode).toBe(1);
  expect(stderr).toContain(
    "Another `annals retention` is at work on this database: prepared transaction “it's stuck”",
  );
});

test("track names the one that holds its table", async () => {
  await prepare("INSERT INTO orders VALUES (1)");
  const { db, close } = openSession(server.url);
  await expect(track(db, { tables: ["orders"], patienceMs: 0 })).rejects.toMatchObject({
    code: "LOCK_TIMEOUT",
    message: expect.stringContaining(
      "Locks are held by: prepared transaction “it's stuck”, role “postgres”.",
    ),
  });
  await close();
});
