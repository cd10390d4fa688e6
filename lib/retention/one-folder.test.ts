// Two servers whose databases have one name may be given one folder by mistake, and archive the same month of theirs in
// the same moment. What one of them has archived must stay what it is.
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { openSession, type Session } from "../../testing/session.ts";
import type { Executor } from "../executor.ts";
import { archiveMonth, type Manifest } from "./archive-month.ts";
import { fillMonths } from "./fixtures.ts";

let databases: TestDatabase[] = [];
let sessions: Session[] = [];
let folder: string;

beforeEach(async () => {
  databases = [await openTestDatabase(), await openTestDatabase()];
  sessions = databases.map(({ url }) => openSession(url));
  for (const [at, { sql }] of sessions.entries()) await fillMonths(sql, ["2024-01"], 20 + at);
  folder = mkdtempSync(join(tmpdir(), "annals-archive-"));
});
afterEach(async () => {
  for (const session of sessions) await session.close();
  for (const database of databases) await database.close();
  rmSync(folder, { recursive: true });
});

/** As if the servers had one name for their database; `server`: and one number, as a copy of a server has. */
function posing(db: Executor, server = false): Executor {
  return {
    async query<Row>(text: string, values?: readonly unknown[]): Promise<Row[]> {
      const rows = await db.query<Row>(text, values);
      if (!text.includes("month_witness")) return rows;
      return rows.map((row) => ({ ...row, database: "shop", ...(server && { server: "7" }) }));
    },
  };
}

const archive = (db: Executor) => archiveMonth(db, { record: "audit_log", month: "2024-01" }, folder, "1");
const sha256 = (file: string) =>
  createHash("sha256")
    .update(readFileSync(join(folder, file)))
    .digest("hex");
const readManifest = (file: string): Manifest =>
  JSON.parse(readFileSync(join(folder, file.replace(/\.ndjson\.gz$/, ".manifest.json")), "utf8"));

function expectKept(manifest: Manifest | null): void {
  if (manifest === null) throw new Error("the month is not empty");
  expect(sha256(manifest.file)).toBe(manifest.sha256);
  expect(readManifest(manifest.file)).toEqual(manifest);
}

test("each keeps its own archive, under a name of its own", async () => {
  for (let turn = 0; turn < 12; turn += 1) {
    const done = await Promise.all(sessions.map(({ db }) => archive(posing(db))));
    const manifests = done.map(({ manifest }) => manifest);
    expect(manifests.map((manifest) => manifest?.rows)).toEqual([20, 21]);
    for (const manifest of manifests) expectKept(manifest);
    // A name is taken once, whatever is archived again.
    expect(readdirSync(folder)).toHaveLength(4);
    if (turn % 2) for (const name of readdirSync(folder)) rmSync(join(folder, name));
  }
}, 60_000);

test("copies of one server, which nothing tells apart, do each other no harm: one may have to run again", async () => {
  for (let turn = 0; turn < 12; turn += 1) {
    const done = await Promise.allSettled(sessions.map(({ db }) => archive(posing(db, true))));
    for (const end of done) {
      if (end.status === "fulfilled") expectKept(end.value.manifest);
      else expect(end.reason).toMatchObject({ code: "ARCHIVE_FAILED" });
    }
    for (const { db } of sessions) expectKept((await archive(posing(db, true))).manifest);
    for (const name of readdirSync(folder)) rmSync(join(folder, name));
  }
}, 60_000);

test("a file without a manifest that holds something else is not written over", async () => {
  const [one] = sessions as [Session];
  const { manifest } = await archive(one.db);
  const file = manifest?.file ?? "";
  rmSync(join(folder, file.replace(".ndjson.gz", ".manifest.json")));
  const others = [gzipSync('{"seq":1,"a":"of somebody else"}\n'), Buffer.from("no archive at all")];
  for (const [at, other] of others.entries()) {
    writeFileSync(join(folder, file), other);
    const again = await archive(one.db);
    expect(again.manifest?.file).toBe(file.replace(".ndjson.gz", "-2.ndjson.gz"));
    expect(readFileSync(join(folder, file)).equals(other), String(at)).toBe(true);
    expectKept(again.manifest);
  }
});

test("a file without a manifest that holds the same is of a run that was ended, and is used", async () => {
  const [one] = sessions as [Session];
  const { manifest } = await archive(one.db);
  rmSync(join(folder, (manifest?.file ?? "").replace(".ndjson.gz", ".manifest.json")));
  const again = await archive(one.db);
  expect(again.manifest).toMatchObject({ file: manifest?.file, sha256: manifest?.sha256 });
  expect(readdirSync(folder)).toHaveLength(2);
  expectKept(again.manifest);
});

test("a manifest whose file was taken away keeps its name to itself", async () => {
  const [one] = sessions as [Session];
  const { manifest } = await archive(one.db);
  const path = join(folder, (manifest?.file ?? "").replace(".ndjson.gz", ".manifest.json"));
  const other = readFileSync(path, "utf8").replace(/"contentSha256": "\w+"/, '"contentSha256": "00"');
  writeFileSync(path, other);
  rmSync(join(folder, manifest?.file ?? ""));
  const again = await archive(one.db);
  expect(readFileSync(path, "utf8")).toBe(other);
  expectKept(again.manifest);
});
