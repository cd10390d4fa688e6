// kill -9 of the command at every statement it makes: a month is there, or archived and gone, and the next run goes on.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { openSession, type Session } from "../../testing/session.ts";
import { fillMonths, relay } from "./fixtures.ts";
import { policiesOf } from "./policy.ts";
import { dueMonths } from "./read-retention.ts";

let database: TestDatabase;
let session: Session;
const folder = mkdtempSync(join(tmpdir(), "annals-archive-"));
const tsx = createRequire(import.meta.url).resolve("tsx");

beforeAll(async () => {
  database = await openTestDatabase();
  session = openSession(database.url);
});
afterAll(async () => {
  await session.close();
  await database.close();
  rmSync(folder, { recursive: true });
});

const code = `
  const { openSession } = await import(${JSON.stringify(new URL("../../testing/session.ts", import.meta.url).href)});
  const { runRetention } = await import(${JSON.stringify(new URL("./run-retention.ts", import.meta.url).href)});
  const { policiesOf } = await import(${JSON.stringify(new URL("./policy.ts", import.meta.url).href)});
  const [url, folder, at, after] = process.argv.slice(1);
  const { db, close } = openSession(url);
  let count = 0;
  const die = () => process.kill(process.pid, "SIGKILL");
  const mortal = { query(text, values) {
    count += 1;
    if (count < Number(at)) return db.query(text, values);
    if (after === "before") { die(); return new Promise(() => {}); }
    const answer = db.query(text, values);
    setTimeout(die, 3);
    return answer.then(() => new Promise(() => {}));
  } };
  const policies = policiesOf({ archive: folder, audit: { keep: "1 year" } });
  await runRetention(mortal, { policies, by: "ada", version: "1" });
  await close();
  console.log("done");
`;

/** How it ended: by its own hand at that statement, or done. */
async function runUntil(at: number, when: "before" | "after"): Promise<"killed" | "done"> {
  const child = spawn(process.execPath, [
    "--import",
    tsx,
    "--input-type=module",
    "-e",
    code,
    "--",
    database.url,
    folder,
    String(at),
    when,
  ]);
  let errors = "";
  let output = "";
  child.stderr.on("data", (chunk) => (errors += chunk));
  child.stdout.on("data", (chunk) => (output += chunk));
  const [status, signal] = await new Promise<[number | null, string | null]>((done) =>
    child.once("close", (...how) => done(how)),
  );
  if (signal === "SIGKILL") return "killed";
  // The connection of the one that was killed may still hold its turn for a moment.
  if (errors.includes("LOCK_TIMEOUT")) return runUntil(at, when);
  expect({ status, errors, output: output.trim() }).toEqual({ status: 0, errors: "", output: "done" });
  return "done";
}

/** No number is missing, and what a tombstone tells of is in its file. */
async function expectNothingLost(): Promise<void> {
  const [row] = await session.sql`
    WITH number AS (
      SELECT seq FROM annals.audit_log UNION ALL SELECT seq FROM annals.login_attempt
      UNION ALL SELECT seq FROM annals.data_export UNION ALL SELECT seq FROM annals.system_event
      UNION ALL SELECT generate_series(lower(r), upper(r) - 1) FROM annals.tombstone, unnest(seqs) AS r)
    SELECT count(*)::int AS n, count(DISTINCT seq)::int AS different, (SELECT seq::int FROM annals.head) AS head FROM number`;
  expect(row).toEqual({ n: row?.head, different: row?.head, head: row?.head });
  for (const {
    archive_file,
    archive_sha256,
  } of await session.sql`SELECT archive_file, archive_sha256 FROM annals.tombstone`) {
    expect(
      createHash("sha256")
        .update(readFileSync(join(folder, archive_file)))
        .digest("hex"),
    ).toBe(archive_sha256);
  }
}

test("whenever it is killed", async () => {
  const { sql, db } = session;
  const policies = policiesOf({ audit: { keep: "1 year" } });
  let kills = 0;
  let point = 0;
  for (const when of ["before", "after"] as const) {
    await fillMonths(sql, when === "before" ? ["2024-01", "2024-02"] : ["2023-01", "2023-02"], 20);
    for (point = 1; ; point += 1) {
      const end = await runUntil(point, when);
      await expectNothingLost();
      if (end === "done") break;
      kills += 1;
    }
    expect(await dueMonths(db, policies)).toEqual([]);
  }
  await relay(sql);
  await expectNothingLost();
  expect(kills).toBeGreaterThan(16);
  const files = readdirSync(folder);
  expect(files.filter((name) => name.endsWith(".manifest.json"))).toHaveLength(4);
  expect(files.filter((name) => name.endsWith(".partial"))).toEqual([]);
}, 180_000);
