import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type postgres from "postgres";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openEmptyDatabase, openTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { openSession, type Session } from "../../testing/session.ts";
import type { Executor } from "../executor.ts";
import { migrate } from "../migrate/migrate.ts";
import { requireArchiveFolder } from "./archive-folder.ts";
import { archiveMonth } from "./archive-month.ts";
import { fillMonths, relay } from "./fixtures.ts";
import { policiesOf, type RetentionConfig } from "./policy.ts";
import { readArchive } from "./read-archive.ts";
import { dueMonths, readTombstones } from "./read-retention.ts";
import { type RetentionOptions, runRetention } from "./run-retention.ts";

let database: TestDatabase;
let session: Session;
let sql: postgres.Sql;
let folder: string;
beforeEach(async () => {
  database = await openTestDatabase();
  session = openSession(database.url);
  sql = session.sql;
  folder = mkdtempSync(join(tmpdir(), "annals-archive-"));
});
afterEach(async () => {
  await session.close();
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

const months = ["2024-01", "2024-02", "2024-03"];
const all: RetentionConfig = {
  audit: { keep: "24 months" },
  logins: { keep: "24 months" },
  exports: { keep: "730 days" },
  events: { keep: "2 years" },
};
const options = (more: Partial<RetentionOptions> = {}): RetentionOptions => ({
  policies: policiesOf({ archive: folder, audit: { keep: "24 months" } }),
  by: "ada",
  version: "9.9.9",
  ...more,
});
const number = async (text: string) => Number(Object.values((await sql.unsafe(text))[0] ?? {})[0]);
const differences = () => number("SELECT count(*) FROM annals.rollup_differences()");
const linesOf = (file: string) =>
  gunzipSync(readFileSync(join(folder, file)))
    .toString()
    .trimEnd()
    .split("\n");
/** Every event that is on record or in an archive of a tombstone is there once, and no number is missing. */
async function expectEveryNumber(): Promise<void> {
  const [row] = await sql`
    WITH number AS (
      SELECT seq FROM annals.audit_log UNION ALL SELECT seq FROM annals.login_attempt
      UNION ALL SELECT seq FROM annals.data_export UNION ALL SELECT seq FROM annals.system_event
      UNION ALL SELECT generate_series(lower(r), upper(r) - 1) FROM annals.tombstone, unnest(seqs) AS r)
    SELECT count(*)::int AS n, count(DISTINCT seq)::int AS different, max(seq)::int AS last,
      (SELECT seq::int FROM annals.head) AS head FROM number`;
  expect(row).toEqual({ n: row?.head, different: row?.head, last: row?.head, head: row?.head });
}

test("nothing is due without a rule, and a month only when all of it is older", async () => {
  await fillMonths(sql, ["2024-01"]);
  expect(await dueMonths(session.db, [])).toEqual([]);
  const [clock] =
    await sql`SELECT date_trunc('month', now() AT TIME ZONE 'UTC')::date - date '2024-02-01' AS days,
    (now() AT TIME ZONE 'UTC')::date - date '2024-02-01' AS age`;
  const due = async (keep: string) =>
    (await dueMonths(session.db, policiesOf({ audit: { keep } }))).map(({ month }) => month);
  expect(await due(`${clock?.age} days`)).toEqual(["2024-01"]);
  expect(await due(`${clock?.age + 1} days`)).toEqual([]);
  const [one] = await dueMonths(session.db, policiesOf({ audit: { keep: "1 months" } }));
  expect(one).toMatchObject({
    kind: "audit",
    record: "audit_log",
    month: "2024-01",
    rows: 40,
    settled: true,
  });
  expect(one?.bytes).toBeGreaterThan(8000);
});

test("a month is archived as it is on record, dropped with its counts, and leaves a tombstone and an event", async () => {
  await fillMonths(sql, months);
  await sql`SELECT annals.repair_rollups()`;
  const before = (
    await sql`SELECT to_jsonb(r)::text AS row FROM annals.audit_log r WHERE recorded_at < '2024-03-01' ORDER BY recorded_at, seq`
  ).map(({ row }) => row);
  const kept = await number("SELECT count(*) FROM annals.audit_log WHERE recorded_at >= '2024-03-01'");
  const cutoff = await number("SELECT ((now() AT TIME ZONE 'UTC')::date - date '2024-03-01')");
  const policies = policiesOf({ archive: folder, audit: { keep: `${cutoff} days` } });
  const retired = await runRetention(session.db, options({ policies, reason: "Ticket 7" }));

  expect(retired.map(({ month, rows }) => [month, rows])).toEqual([
    ["2024-01", 40],
    ["2024-02", 40],
  ]);
  expect(readdirSync(folder)).toHaveLength(4);
  for (const { archive } of retired) {
    const file = archive?.file ?? "";
    const manifest = JSON.parse(
      readFileSync(join(folder, file.replace(".ndjson.gz", ".manifest.json")), "utf8"),
    );
    expect(manifest).toEqual(archive);
    expect(manifest).toMatchObject({
      format: "annals-archive/1",
      record: "audit_log",
      rows: 40,
      annalsVersion: "9.9.9",
    });
    expect(await readArchive(join(folder, file))).toMatchObject({
      sha256: manifest.sha256,
      contentSha256: manifest.contentSha256,
    });
  }
  const lines = retired.flatMap(({ archive }) => linesOf(archive?.file ?? ""));
  const back =
    await sql`SELECT to_jsonb(json_populate_record(NULL::annals.audit_log, line::json))::text AS row FROM unnest(${lines}::text[]) AS line`;
  expect(back.map(({ row }) => row)).toEqual(before);
  expect(lines[0]).toContain("12345678901234567890.10");

  expect(await number("SELECT count(*) FROM annals.audit_log")).toBe(kept);
  expect(
    await number("SELECT count(*) FROM annals.segment WHERE record = 'audit_log' AND month < '2024-03-01'"),
  ).toBe(0);
  expect(
    await number(
      "SELECT count(*) FROM annals.rollup_day WHERE shape BETWEEN 100 AND 199 AND day < '2024-03-01'",
    ),
  ).toBe(0);
  expect(
    await number(
      "SELECT count(*) FROM annals.rollup_day WHERE shape BETWEEN 200 AND 299 AND day < '2024-03-01'",
    ),
  ).toBeGreaterThan(10);
  expect(await differences()).toBe(0);
  const [first] = (await readTombstones(session.db)).filter(({ month }) => month === "2024-01");
  expect(first).toMatchObject({
    record: "audit_log",
    rows: 40,
    firstSeq: retired[0]?.firstSeq,
    lastSeq: retired[0]?.lastSeq,
    archiveFile: retired[0]?.archive?.file,
    archiveSha256: retired[0]?.archive?.sha256,
    reason: `Retention policy: audit are kept for ${cutoff} days. Ticket 7`,
    retiredBy: "ada",
    dbRole: new URL(database.url).username,
  });
  await relay(sql);
  const [event] =
    await sql`SELECT title, description, actor_label, attribution FROM annals.system_event ORDER BY seq LIMIT 1 OFFSET 120`;
  expect(event).toMatchObject({
    title: "Retention retired 2024-01 of audit_log",
    actor_label: "ada",
    attribution: "claimed",
  });
  expect(event?.description).toContain(retired[0]?.archive?.sha256);
  await expectEveryNumber();
  expect(await runRetention(session.db, options({ policies }))).toEqual([]);
});

test("all kinds go by their own rules, empty months go without a tombstone, and an archive can be waived", async () => {
  await fillMonths(sql, months);
  await sql`SELECT annals.settle_strays('login_attempt', '{2023-05-01}'::date[])`;
  const retired = await runRetention(
    session.db,
    options({
      policies: policiesOf({ ...all, archive: folder, events: { keep: "1 year", archive: false } }),
    }),
  );
  const names = retired.map(({ kind, month }) => `${kind} ${month}`);
  expect(names).toEqual(
    expect.arrayContaining(["audit 2024-01", "logins 2024-01", "exports 2024-03", "events 2024-02"]),
  );
  expect(retired.filter(({ kind }) => kind === "events").every(({ archive }) => archive === null)).toBe(true);
  expect(readdirSync(folder).filter((name) => /system_event/.test(name))).toEqual([]);
  expect(
    await number(
      "SELECT count(*) FROM annals.tombstone WHERE archive_file IS NULL AND record <> 'system_event'",
    ),
  ).toBe(0);
  expect(await number("SELECT count(*) FROM annals.tombstone WHERE month < '2024-01-01'")).toBe(0);
  await relay(sql);
  await expectEveryNumber();
  expect(await differences()).toBe(0);
});

test("events that lie in the default partition are given their month first, and go with it", async () => {
  await sql`SELECT annals.record('audit', '{"action": "FIRST"}')`;
  await relay(sql);
  await sql`INSERT INTO annals.outbox (recorded_at, op, object_type, new_rows) VALUES ('2023-07-01T00:00:00Z', 'E', 'audit', '{"action": "LATE"}')`;
  await relay(sql);
  expect(await number("SELECT count(*) FROM annals.audit_log_default")).toBe(1);
  const retired = await runRetention(session.db, options());
  expect(retired).toMatchObject([{ month: "2023-07", rows: 1, archive: { rows: 1 } }]);
  // The same month once more.
  await sql`INSERT INTO annals.outbox (recorded_at, op, object_type, new_rows) VALUES ('2023-07-02T00:00:00Z', 'E', 'audit', '{"action": "LATER"}')`;
  await relay(sql);
  expect(await runRetention(session.db, options())).toMatchObject([{ month: "2023-07", rows: 1 }]);
  expect((await readTombstones(session.db)).map(({ month }) => month)).toEqual(["2023-07", "2023-07"]);
  expect(readdirSync(folder)).toHaveLength(4);
  await relay(sql);
  await expectEveryNumber();
});

test("a role whose transactions are serializable and read only by default retires all the same", async () => {
  await fillMonths(sql, ["2024-01"]);
  await sql`INSERT INTO annals.outbox (recorded_at, op, object_type, new_rows) VALUES ('2023-07-01T00:00:00Z', 'E', 'audit', '{"action": "LATE"}')`;
  await relay(sql);
  await sql.unsafe(
    `SET default_transaction_isolation = serializable; SET default_transaction_read_only = on`,
  );
  const retired = await runRetention(session.db, options());
  expect(retired.map(({ month, rows }) => `${month} ${rows}`)).toEqual(["2023-07 1", "2024-01 40"]);
});

test("what changes between archive and drop is archived anew: filed late, or folded into", async () => {
  await fillMonths(sql, ["2024-01"]);
  await sql`INSERT INTO annals.outbox (recorded_at, op, object_type, new_rows) VALUES ('2024-01-20T00:00:00Z', 'E', 'exports',
    '{"event_id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", "export_type": "big"}')`;
  await relay(sql);
  const beside = openSession(database.url);
  let turn = 0;
  const changes = [
    `SELECT annals.record('export_download', '{"event_id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"}')`,
    `INSERT INTO annals.outbox (recorded_at, op, object_type, new_rows) VALUES ('2024-01-21T00:00:00Z', 'E', 'exports', '{"export_type": "late"}')`,
  ];
  const retired = await runRetention(
    session.db,
    options({
      policies: policiesOf({ archive: folder, exports: { keep: "1 year" } }),
      onStep: async (step) => {
        const change = changes[turn];
        if (step !== "archived" || !change) return;
        turn += 1;
        await beside.sql.unsafe(change);
        await relay(beside.sql);
      },
    }),
  );
  await beside.close();
  expect(turn).toBe(2);
  const january = retired.find(({ month }) => month === "2024-01");
  const lines = linesOf(january?.archive?.file ?? "");
  expect(lines).toHaveLength(42);
  expect(lines.filter((line) => line.includes('"download_count":1'))).toHaveLength(1);
  expect(lines.filter((line) => line.includes('"late"'))).toHaveLength(1);
  await relay(sql);
  await expectEveryNumber();
});

test("a month that is still being read is not dropped: others hardly wait, and it goes when it is free", async () => {
  await fillMonths(sql, ["2024-01"]);
  const reader = openSession(database.url);
  const other = openSession(database.url);
  await reader.sql.unsafe("BEGIN; SELECT count(*) FROM annals.audit_log");
  await expect(runRetention(session.db, options({ patienceMs: 0 }))).rejects.toMatchObject({
    code: "LOCK_TIMEOUT",
  });
  expect(await number("SELECT count(*) FROM annals.audit_log")).toBe(40);
  expect(await number("SELECT count(*) FROM annals.tombstone")).toBe(0);

  let longest = 0;
  let running = true;
  const look = (async () => {
    while (running) {
      const began = performance.now();
      await other.sql`SELECT count(*) FROM annals.audit_log WHERE recorded_at >= '2024-01-01' AND recorded_at < '2024-02-01'`;
      longest = Math.max(longest, performance.now() - began);
    }
  })();
  const release = setTimeout(() => void reader.sql`COMMIT`.execute(), 1500);
  expect(await runRetention(session.db, options())).toHaveLength(1);
  clearTimeout(release);
  running = false;
  await look;
  expect(longest).toBeLessThan(400);
  await reader.close();
  await other.close();
}, 60_000);

test("a month that a view names is told with the view, is not dropped, and goes once that is gone", async () => {
  await fillMonths(sql, ["2024-01"]);
  await sql`CREATE VIEW january AS SELECT * FROM annals.audit_log_202401`;
  await expect(runRetention(session.db, options())).rejects.toMatchObject({
    code: "MONTH_IN_USE",
    message: "audit_log 2024-01 cannot be dropped: view january names annals.audit_log_202401.",
    hint: expect.stringMatching(
      /^Let it name annals\.audit_log instead, with a condition on recorded_at, or drop it\. /,
    ),
  });
  expect(await number("SELECT count(*) FROM annals.audit_log")).toBe(40);
  await sql`DROP VIEW january`;
  expect(await runRetention(session.db, options())).toHaveLength(1);
  // The archive of the first run, written anew.
  expect(readdirSync(folder)).toHaveLength(2);
  await sql`SELECT annals.ensure_partitions()`;
});

test("late events that a view keeps from their month hold nothing up without a word", async () => {
  await sql`SELECT annals.record('audit', '{"action": "FIRST"}')`;
  await relay(sql);
  await sql`INSERT INTO annals.outbox (recorded_at, op, object_type, new_rows) VALUES ('2023-07-01T00:00:00Z', 'E', 'audit', '{"action": "LATE"}')`;
  await relay(sql);
  await sql`CREATE VIEW late AS SELECT * FROM annals.audit_log_default`;
  await expect(runRetention(session.db, options())).rejects.toMatchObject({
    code: "MONTH_IN_USE",
    message:
      "Events that came late cannot be given the table of their month: view late names annals.audit_log_default.",
  });
});

describe("two at once", () => {
  test("the second is turned away, and does what is left later", async () => {
    await fillMonths(sql, months);
    const second = openSession(database.url);
    const refusals: unknown[] = [];
    await runRetention(
      session.db,
      options({
        onStep: () => runRetention(second.db, options()).catch((error) => refusals.push(error.code)),
      }),
    );
    expect(new Set(refusals)).toEqual(new Set(["LOCK_TIMEOUT"]));
    expect(await runRetention(second.db, options())).toEqual([]);
    await second.close();
  });

  test("even past that turn a month goes once", async () => {
    await fillMonths(sql, ["2024-01"]);
    const witness = (await sql`SELECT annals.month_witness('audit_log', '2024-01-01') AS w`)[0]?.w;
    const sessions = [1, 2, 3].map(() => openSession(database.url));
    const ends = await Promise.allSettled(
      sessions.map(
        (one) =>
          one.sql`SELECT annals.retire_month('audit_log', '2024-01-01', ${witness}, NULL, 'for a test of it', 'ada', '1') AS rows`,
      ),
    );
    expect(ends.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected", "rejected"]);
    for (const end of ends) if (end.status === "rejected") expect(end.reason.code).toBe("55000");
    expect(await number("SELECT count(*) FROM annals.tombstone")).toBe(1);
    for (const one of sessions) await one.close();
  });
});

describe("nothing is dropped when", () => {
  const refused = async (more: Partial<RetentionOptions>, code: string, message: RegExp) => {
    await fillMonths(sql, ["2024-01"]);
    await expect(runRetention(session.db, options(more))).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
    expect(await number("SELECT count(*) FROM annals.audit_log")).toBe(40);
    expect(await number("SELECT count(*) FROM annals.tombstone")).toBe(0);
  };
  const to = (archive: string | undefined) => ({
    policies: policiesOf({ audit: { keep: "1 year", archive } }),
  });

  test("nobody has said where to archive", () =>
    refused(to(undefined), "CONFIG_INVALID", /does not say where audit/));
  test("the folder is not there", () =>
    refused(to(join(folder, "misspelt")), "ARCHIVE_FAILED", /is not there/));
  test("the folder is a file", async () => {
    writeFileSync(join(folder, "file"), "");
    await refused(to(join(folder, "file")), "ARCHIVE_FAILED", /is no folder/);
  });
  test("nothing can be written there", () => refused(to("/proc"), "ARCHIVE_FAILED", /cannot be written to/));
  test("the disk does not keep what was written", async () => {
    await fillMonths(sql, ["2024-01"]);
    const broken: Executor = {
      query: async (text, values) => {
        const rows = await session.db.query<never>(text, values);
        if (!text.includes("row_to_json")) return rows;
        // The file is opened meanwhile, and nothing is in it yet.
        await expect.poll(() => readdirSync(folder)).toHaveLength(1);
        const path = join(folder, String(readdirSync(folder)[0]));
        rmSync(path);
        symlinkSync("/dev/null", path);
        return rows;
      },
    };
    await expect(
      archiveMonth(broken, { record: "audit_log", month: "2024-01" }, folder, "1"),
    ).rejects.toMatchObject({ code: "ARCHIVE_FAILED" });
    expect(readdirSync(folder)).toEqual([]);
    expect(await number("SELECT count(*) FROM annals.audit_log")).toBe(40);
  });
  test("the disk fills up on the way, or the folder goes", async () => {
    await fillMonths(sql, ["2024-01"]);
    const withError = (code: string): Executor => ({
      query: (text, values) =>
        text.includes("row_to_json")
          ? Promise.reject(Object.assign(new Error(`${code}: no more, write`), { code, syscall: "write" }))
          : session.db.query(text, values),
    });
    const archive = (db: Executor) =>
      archiveMonth(db, { record: "audit_log", month: "2024-01" }, folder, "1");
    await expect(archive(withError("ENOSPC"))).rejects.toMatchObject({
      code: "ARCHIVE_FAILED",
      message: `The archive folder ${folder} could not be written to: ENOSPC: no more, write`,
      hint: "Make room, or name another folder. Nothing was dropped of that month.",
    });
    await expect(archive(withError("ECONNRESET"))).rejects.toMatchObject({ code: "ECONNRESET" });
    rmSync(folder, { recursive: true });
    await expect(archive(session.db)).rejects.toMatchObject({
      code: "ARCHIVE_FAILED",
      message: expect.stringContaining("ENOENT"),
    });
    expect(await number("SELECT count(*) FROM annals.audit_log")).toBe(40);
  });
  test("there is not enough room", async () => {
    await expect(requireArchiveFolder(folder, 5e9, async () => 4e9)).rejects.toMatchObject({
      code: "ARCHIVE_FAILED",
      message: expect.stringMatching(/has 4,000 MB free.+may need 5,068 MB/),
    });
    expect(await requireArchiveFolder(folder, 1e6, async () => 1e9)).toBeUndefined();
    expect(readdirSync(folder)).toEqual([]);
  });
  test("the archive cannot be read back", async () => {
    await fillMonths(sql, ["2024-01"]);
    const { manifest } = await archiveMonth(
      session.db,
      { record: "audit_log", month: "2024-01" },
      folder,
      "1",
    );
    const path = join(folder, manifest?.file ?? "");
    const bytes = readFileSync(path);
    for (const length of [0, 5, bytes.length - 9, bytes.length - 1]) {
      writeFileSync(path, bytes.subarray(0, length));
      await expect(readArchive(path)).rejects.toMatchObject({ code: "ARCHIVE_FAILED" });
    }
    for (const at of [20, bytes.length >> 1, bytes.length - 3]) {
      const spoilt = Buffer.from(bytes);
      spoilt[at] = (spoilt[at] as number) ^ 0xff;
      writeFileSync(path, spoilt);
      const content = await readArchive(path).catch(() => undefined);
      expect(content?.contentSha256).not.toBe(manifest?.contentSha256);
    }
  });
  test("the month is not over, not whole, of no record, or without a reason", async () => {
    await fillMonths(sql, ["2024-01"]);
    const call = (record: string, month: string, reason: string, witness = "1:1") =>
      sql`SELECT annals.retire_month(${record}, ${month}::date, ${witness}, NULL, ${reason}, 'ada', '1')`;
    const good = (await sql`SELECT annals.month_witness('audit_log', '2024-01-01') AS w`)[0]?.w;
    const now = (await sql`SELECT date_trunc('month', now())::date::text AS m`)[0]?.m;
    await expect(call("audit_log", now, "a good enough reason")).rejects.toThrow(/month that is over/);
    await expect(call("audit_log", "2024-01-02", "a good enough reason", good)).rejects.toThrow(/first day/);
    await expect(call("head", "2024-01-01", "a good enough reason")).rejects.toThrow(/no record/);
    await expect(call("audit_log", "2024-01-01", "a good enough reason", "40:1")).rejects.toThrow(
      /not what it was/,
    );
    await expect(call("audit_log", "2023-01-01", "a good enough reason")).rejects.toThrow(/not what it was/);
    await expect(call("audit_log", "2024-01-01", "short", good)).rejects.toThrow(/reason/);
    expect(await number("SELECT count(*) FROM annals.audit_log")).toBe(40);
  });
});

describe("rights", () => {
  test("a member of annals_eraser may do it, and nothing else to the records", async () => {
    await fillMonths(sql, ["2024-01"]);
    const role = `annals_archivist_${process.pid}`;
    await sql.unsafe(`CREATE ROLE ${role} LOGIN; GRANT annals_eraser TO ${role}`);
    const archivist = openSession(database.url, role);
    try {
      for (const text of [
        "DELETE FROM annals.audit_log_202401",
        "TRUNCATE annals.audit_log_202401",
        "DROP TABLE annals.audit_log_202401",
        "ALTER TABLE annals.audit_log DETACH PARTITION annals.audit_log_202401",
        "INSERT INTO annals.tombstone DEFAULT VALUES",
        "SELECT annals.forget_month(NULL)",
        "SELECT annals.settle_strays('audit_log')",
        "SELECT annals.hold_filing('1s')",
      ]) {
        await expect(archivist.sql.unsafe(text)).rejects.toMatchObject({ code: "42501" });
      }
      expect(await runRetention(archivist.db, options())).toMatchObject([
        { month: "2024-01", archive: { rows: 40 } },
      ]);
      expect((await readTombstones(session.db))[0]?.dbRole).toBe(role);
    } finally {
      await archivist.close();
      await sql.unsafe(`DROP ROLE ${role}`);
    }
  });

  test.each(["annals_reader", "annals_writer", "annals_console", "annals_relay", "annals_capture"])(
    "%s may not",
    async (role) => {
      await fillMonths(sql, ["2024-01"]);
      await sql.unsafe(`SET ROLE ${role}`);
      await expect(
        sql`SELECT annals.retire_month('audit_log', '2024-01-01', '1:1', NULL, 'a good enough reason', 'ada', '1')`,
      ).rejects.toMatchObject({ code: "42501" });
      await sql`RESET ROLE`;
      expect(await number("SELECT count(*) FROM annals.audit_log")).toBe(40);
    },
  );

  test("nobody changes or removes a tombstone", async () => {
    await fillMonths(sql, ["2024-01"]);
    await runRetention(session.db, options());
    for (const text of [
      "DELETE FROM annals.tombstone",
      "UPDATE annals.tombstone SET rows = 1",
      "TRUNCATE annals.tombstone",
    ]) {
      await expect(sql.unsafe(text)).rejects.toThrow(/append-only/);
    }
  });

  test("where a single role plays all parts, it retires too, and the guard stands", async () => {
    const single = await openEmptyDatabase();
    const one = openSession(single.url);
    try {
      await migrate(one.db, { singleRole: true });
      await fillMonths(one.sql, ["2024-01"]);
      const [place] = await one.sql`SELECT count(*)::int AS n FROM annals.audit_log_202401`;
      expect(place?.n).toBe(40);
      expect(await runRetention(one.db, options())).toMatchObject([
        { month: "2024-01", archive: { rows: 40 } },
      ]);
      await expect(one.sql`DELETE FROM annals.tombstone`).rejects.toThrow(/append-only/);
      expect((await one.sql`SELECT * FROM annals.rollup_differences()`).length).toBe(0);
    } finally {
      await one.close();
      await single.close();
    }
  });
});

test("tables of others may have names that end like a month's", async () => {
  await fillMonths(sql, ["2024-01"]);
  // As the storage of long values has, from a server's hundred thousandth object on.
  await sql`CREATE TABLE of_the_host_103957 ()`;
  expect(await dueMonths(session.db, policiesOf({ audit: { keep: "1 year" } }))).toMatchObject([
    { month: "2024-01" },
  ]);
});

test("an event of long before there were computers goes with its month, and holds nothing up", async () => {
  await sql`SELECT annals.record('audit', '{"action": "FIRST"}')`;
  await relay(sql);
  const at = ["1969-12-31T23:59:59Z", "1066-10-14T09:00:00Z", "1970-01-01T00:00:00Z"];
  await sql`INSERT INTO annals.outbox (recorded_at, op, object_type, new_rows)
    SELECT at::timestamptz, 'E', 'audit', '{"action": "LATE"}' FROM unnest(${at}::text[]) AS at`;
  await relay(sql);
  const retired = await runRetention(session.db, options());
  expect(retired.map(({ month, rows }) => `${month} ${rows}`)).toEqual([
    "1066-10 1",
    "1969-12 1",
    "1970-01 1",
  ]);
  expect(await number("SELECT count(*) FROM annals.audit_log_default")).toBe(0);
  await relay(sql);
  await expectEveryNumber();
  expect(await differences()).toBe(0);
});

test("what no month can be made for is not due, and holds nothing up", async () => {
  await fillMonths(sql, ["2024-01"]);
  const at = ["0044-03-15T12:00:00Z BC", "0999-12-31T00:00:00Z", "10000-01-01T00:00:00Z"];
  await sql`INSERT INTO annals.outbox (recorded_at, op, object_type, new_rows)
    SELECT at::timestamptz, 'E', 'audit', '{"action": "LATE"}' FROM unnest(${at}::text[]) AS at`;
  await relay(sql);
  expect(await runRetention(session.db, options())).toMatchObject([{ month: "2024-01" }]);
  expect(await number("SELECT count(*) FROM annals.audit_log")).toBe(3);
  await relay(sql);
  await expectEveryNumber();
});
