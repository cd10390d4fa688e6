// A standby takes no writes: what only reads works there, and what writes says at once where it has to go.
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openPair, type Pair } from "../../testing/standby.ts";
import { executorOf } from "../adapters/db/postgres-js.ts";
import { track } from "../capture/track.ts";
import { startRelay } from "../relay/start-relay.ts";

const folder = mkdtempSync(join(tmpdir(), "annals-standby-"));
const entry = new URL("./main.ts", import.meta.url).href;
const code = `const { main } = await import("${entry}"); process.exitCode = await main(process.argv.slice(1));`;
const tsx = createRequire(import.meta.url).resolve("tsx");
let pair: Pair;

beforeAll(async () => {
  pair = await openPair();
  const { sql } = pair.primary;
  await sql`CREATE TABLE orders (id int PRIMARY KEY)`;
  await sql.reserve().then(async (one) => {
    await track(executorOf(one as never), { tables: ["orders"] });
    one.release();
  });
  await sql`INSERT INTO orders SELECT generate_series(1, 3)`;
  await sql`SELECT annals.relay()`;
  await sql`INSERT INTO orders VALUES (4)`;
  await pair.caughtUp();
  writeFileSync(
    join(folder, "annals.config.json"),
    JSON.stringify({ retention: { archive: folder, audit: { keep: "1 year" } } }),
  );
}, 120_000);
afterAll(async () => {
  await pair.stop();
  rmSync(folder, { recursive: true });
});

async function annals(args: string, input = "") {
  const child = spawn(
    process.execPath,
    ["--import", tsx, "--input-type=module", "-e", code, "--", ...args.split(" ")],
    { cwd: folder, env: { ...process.env, DATABASE_URL: pair.standby.url } },
  );
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (chunk) => (stdout += chunk));
  child.stderr.on("data", (chunk) => (stderr += chunk));
  child.stdin.end(input);
  const exitCode = await new Promise((resolve) => child.once("close", resolve));
  return { exitCode, stdout, stderr };
}

test.each([
  "migrate",
  "migrate --dry-run",
  "track orders",
  "untrack orders",
  "check --rollups --repair",
  "relay",
  "relay --once",
  "retention",
  "export audit",
  "user add ada --role auditor",
  "user role ada auditor",
  "user tenants ada north",
  "user disable ada",
  "user enable ada",
  "user passwd ada",
])("annals %s: exit code 3, that it is a standby, which, and where to go", async (args) => {
  // Without a terminal and without a password on standard input: what is asked for comes after.
  const { exitCode, stdout, stderr } = await annals(args);
  const { host, pathname } = new URL(pair.standby.url);
  expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: "" });
  expect(stderr).toMatch(/^annals: .*\nhint: .*\n$/);
  expect(stderr).toContain(`PostgreSQL at ${host}${pathname} is a standby, which takes no writes`);
  expect(stderr).toContain(
    "hint: Point the database URL (--database-url, DATABASE_URL) at the primary server.",
  );
  expect(readdirSync(folder)).toEqual(["annals.config.json"]);
});

test.each(["check", "check --rollups", "retention --dry-run", "track orders --print", "user list"])(
  "annals %s works, for it only reads",
  async (args) => {
    const { exitCode, stdout, stderr } = await annals(args);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).not.toBe("");
  },
);

test("annals status works, and says that this is a standby and how new it is", async () => {
  const [text, json] = await Promise.all([annals("status"), annals("status --json")]);
  expect(text).toMatchObject({ exitCode: 0, stderr: "" });
  expect(text.stdout).toMatch(
    /^standby {7}yes: as of the newest transaction that has arrived, .{19}Z; filing needs the primary\n/m,
  );
  expect(text.stdout).toMatch(/^waiting {7}1, the oldest for /m);
  const status = JSON.parse(json.stdout);
  expect(status).toMatchObject({ head: 3, waiting: { count: 1 }, relayAtWork: null });
  expect(Date.parse(status.standby.arrivedAt)).toBeGreaterThan(Date.now() - 60_000);
});

test("a relay whose server became a standby says so, and goes on elsewhere in its own time", async () => {
  const told: unknown[] = [];
  const relay = startRelay(executorOf(pair.standby.sql), { onError: (error) => told.push(error) });
  await expect.poll(() => told.length).toBe(1);
  await relay.stop();
  expect(told[0]).toMatchObject({
    code: "DATABASE_UNREACHABLE",
    message: "PostgreSQL is a standby, which takes no writes.",
  });
});
