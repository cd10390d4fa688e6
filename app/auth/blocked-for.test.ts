import postgres from "postgres";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { foldUsername } from "../../lib/access/username.ts";
import { executorOf } from "../../lib/adapters/db/postgres-js.ts";
import { createAnnals } from "../../lib/index.ts";
import { openTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { blockedFor } from "./blocked-for.ts";

let database: TestDatabase;
let visitor = 0;

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
// Each test has a name and an address of its own.
beforeEach(() => {
  visitor += 1;
});

const name = () => `visitor-${visitor}`;
const ip = () => `10.0.0.${visitor}`;
const blocked = (given: { name: string; ip: string | null }) => blockedFor(executorOf(database.sql), given);

async function attempt(
  status: string,
  times: number,
  given: { username?: string; ip?: string; source?: string } = {},
) {
  const event = JSON.stringify({ username: given.username ?? name(), status });
  const context = JSON.stringify({
    ip: given.ip ?? ip(),
    actor_kind: "anonymous",
    attribution: "none",
    source: given.source ?? "console",
  });
  for (let count = 0; count < times; count += 1) {
    await database.sql`SELECT annals.record('logins', ${event}::text::json, ${context}::text::json)`;
  }
}

test("four failures block nobody, five block the name for five minutes, from anywhere", async () => {
  await attempt("FAILED", 4);
  expect(await blocked({ name: name(), ip: ip() })).toBe(0);
  await attempt("FAILED", 1);
  expect(await blocked({ name: name(), ip: "192.0.2.1" })).toBe(5);
  expect(await blocked({ name: "somebody-else", ip: ip() })).toBe(0);
});

test("a guess counts against the user that it was looked up as, however it is spelled", async () => {
  const typed = ["KAY", "\u212aay", "ｋａｙ", "K\u0061y ", "kay"];
  for (const username of typed) await attempt("FAILED", 1, { username: foldUsername(username) });
  expect(await blocked({ name: foldUsername("\u212aAY"), ip: null })).toBe(5);
});

test("a name that is recorded masked or cut is counted all the same", async () => {
  const annals = createAnnals({ database: database.url });
  for (const username of ["4111111111111111", "x".repeat(900)]) {
    for (let guess = 0; guess < 5; guess += 1) {
      await annals.logLoginAttempt({ username, status: "FAILED" }, { context: { source: "console" } });
    }
    expect(await blocked({ name: username, ip: null })).toBe(5);
  }
  await annals.close();
});

test("a success clears the count of its name", async () => {
  await attempt("FAILED", 4);
  await attempt("SUCCESS", 1);
  await attempt("FAILED", 4);
  expect(await blocked({ name: name(), ip: null })).toBe(0);
});

test("blocked attempts do not prolong the block", async () => {
  await attempt("FAILED", 4);
  await attempt("BLOCKED", 9);
  expect(await blocked({ name: name(), ip: ip() })).toBe(0);
});

test("twenty failures block an address, whatever the names, and a success of its own does not help", async () => {
  for (let guess = 0; guess < 19; guess += 1) await attempt("FAILED", 1, { username: `guess-${guess}` });
  await attempt("SUCCESS", 1, { username: "own-account" });
  expect(await blocked({ name: "another", ip: ip() })).toBe(0);
  await attempt("FAILED", 1, { username: "guess-19" });
  expect(await blocked({ name: "another", ip: ip() })).toBe(5);
  expect(await blocked({ name: "another", ip: "192.0.2.1" })).toBe(0);
  expect(await blocked({ name: "another", ip: null })).toBe(0);
});

test("what a host records of its own sign-ins neither blocks nor frees anybody", async () => {
  await attempt("FAILED", 30, { source: "auth" });
  expect(await blocked({ name: name(), ip: ip() })).toBe(0);
  await attempt("FAILED", 5);
  await attempt("SUCCESS", 1, { source: "auth" });
  expect(await blocked({ name: name(), ip: ip() })).toBe(5);
});

test("nor does a host that claims to be the console, when it connects as another role", async () => {
  const role = `claimant_${process.pid}_${Date.now()}`;
  const admin = database.sql;
  await admin.unsafe(`CREATE ROLE ${role} LOGIN; GRANT annals_writer TO ${role}`);
  const url = new URL(database.url);
  url.username = role;
  const claimant = postgres(url.href, { max: 1 });
  const event = JSON.stringify({ username: name(), status: "FAILED" });
  const context = JSON.stringify({ ip: ip(), source: "console" });
  for (let count = 0; count < 6; count += 1) {
    await claimant`SELECT annals.record('logins', ${event}::text::json, ${context}::text::json)`;
  }
  await claimant.end();
  expect(await blocked({ name: name(), ip: ip() })).toBe(0);
  await admin.unsafe(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
});

test("failures count while another relay holds the lock, as soon as it lets go", async () => {
  await attempt("FAILED", 5);
  const other = database.sql.begin(async (sql) => {
    await sql`SELECT annals.relay(1)`;
    await sql`SELECT pg_sleep(0.3)`;
  });
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(await blocked({ name: name(), ip: ip() })).toBe(5);
  await other;
});
