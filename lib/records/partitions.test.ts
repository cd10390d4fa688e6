// Months are made ahead; what belongs to none waits in the default partition until it is given one.
import type postgres from "postgres";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openTestDatabase, type TestDatabase } from "../../testing/database.ts";
import type { RecordName } from "../../testing/fill-records.ts";
import { openSession, type Session } from "../../testing/session.ts";

let database: TestDatabase;
let sql: postgres.Sql;
let session: Session;
beforeEach(async () => {
  database = await openTestDatabase();
  session = openSession(database.url);
  sql = session.sql;
});
afterEach(async () => {
  await session.close();
  await database.close();
});

/** Events that wait in the outbox since the given times. */
async function write(times: readonly string[], kind = "audit"): Promise<void> {
  const event =
    kind === "audit" ? { action: "UPDATE" } : { event_type: "ERROR", title: "t", fingerprint: "f" };
  await sql`INSERT INTO annals.outbox (recorded_at, op, object_type, new_rows)
    SELECT t::timestamptz, 'E', ${kind}, ${JSON.stringify(event)} FROM unnest(${[...times]}::text[]) AS t`;
}
const minutes = (day: string, count: number) =>
  Array.from({ length: count }, (_, at) =>
    new Date(Date.parse(`${day}T00:00:00Z`) + at * 60_000).toISOString(),
  );

async function relay(): Promise<void> {
  while (Number((await sql`SELECT annals.relay(1000)::int AS taken`)[0]?.taken) > 0);
}
/** The relay makes months on its own at its first batch only, and then once a minute or hour. */
async function relayFirst(): Promise<void> {
  await write([new Date().toISOString()]);
  await relay();
}
const settle = async (record: RecordName = "audit_log", rows = 5000) =>
  Number((await sql`SELECT annals.settle_strays(${record}, '{}', ${rows}) AS made`)[0]?.made);

/** Where the rows of a record lie. */
async function places(record: RecordName = "audit_log"): Promise<Record<string, number>> {
  const rows =
    await sql.unsafe(`SELECT replace(tableoid::regclass::text, 'annals.${record}_', '') AS place, count(*)::int AS n
    FROM annals.${record} GROUP BY 1 ORDER BY 1`);
  return Object.fromEntries(rows.map(({ place, n }) => [place, n]));
}
const wholeRecord = async (record: RecordName = "audit_log") =>
  (await sql.unsafe(`SELECT to_jsonb(r)::text AS row FROM annals.${record} r ORDER BY seq`)).map(
    ({ row }) => row,
  );
const differences = async () => (await sql`SELECT * FROM annals.rollup_differences()`).length;

async function stagedTables(): Promise<string[]> {
  const rows =
    await sql`SELECT relname FROM pg_class c WHERE relnamespace = 'annals'::regnamespace AND relkind = 'r'
    AND relname ~ '_[0-9]{6}$' AND NOT relispartition ORDER BY 1`;
  return rows.map(({ relname }) => relname);
}

test("late events and those of a clock gone wrong are filed into the default partition, then given their months", async () => {
  await relayFirst();
  await write(["2024-03-31T23:59:59.999999Z", "2024-04-01T00:00:00Z", "2099-07-01T12:00:00Z"]);
  await relay();
  expect(await places()).toMatchObject({ default: 3 });
  const before = await wholeRecord();
  const [segments] = await sql`SELECT json_agg(s ORDER BY record, month)::text AS all FROM annals.segment s`;

  expect(await settle()).toBe(3);
  expect(await places()).toMatchObject({ "202403": 1, "202404": 1, "209907": 1 });
  expect((await places()).default).toBeUndefined();
  expect(await wholeRecord()).toEqual(before);
  expect(
    (await sql`SELECT json_agg(s ORDER BY record, month)::text AS all FROM annals.segment s`)[0],
  ).toEqual(segments);
  expect(await differences()).toBe(0);
  expect(await settle()).toBe(0);
});

test("the relay itself settles what strayed, a minute later and then no more", async () => {
  await relayFirst();
  await write(["2024-03-31T23:59:59Z"]);
  await relay();
  expect(await places()).toMatchObject({ default: 1 });
  await sql.unsafe(`ALTER TABLE annals.head DISABLE TRIGGER annals_guard;
    UPDATE annals.head SET filed_at = date_trunc('hour', now());
    ALTER TABLE annals.head ENABLE ALWAYS TRIGGER annals_guard`);
  // A minute or more after a batch of the same hour; in the first minute of an hour the next batch is in another.
  const [clock] = await sql`SELECT date_part('minute', now())::int AS minute`;
  await write([new Date().toISOString()]);
  if (clock?.minute === 0) await sql`SELECT annals.ensure_partitions()`;
  await relay();
  expect(await places()).toMatchObject({ "202403": 1 });
  expect((await sql`SELECT annals.has_strays() AS strays`)[0]?.strays).toBe(false);
});

test("a month that is made while the default partition holds events of it takes them in", async () => {
  await relayFirst();
  const [next] =
    await sql`SELECT to_char(now() AT TIME ZONE 'UTC' + interval '5 months', 'YYYY-MM-15') AS day,
    to_char(now() AT TIME ZONE 'UTC' + interval '5 months', 'YYYYMM') AS month`;
  await write([...minutes(next?.day, 3), "2031-01-01T00:00:00Z"]);
  await relay();
  expect(await places()).toMatchObject({ default: 4 });
  const ensure = async () => Number((await sql`SELECT annals.ensure_partitions(6) AS made`)[0]?.made);
  // First the record with strays alone, so that its lock is not kept longer than need be.
  expect([await ensure(), await ensure(), await ensure()]).toEqual([3 + 1, 3 * 3, 0]);
  expect(await places()).toMatchObject({ [next?.month]: 3, "203101": 1 });
  const [row] =
    await sql`SELECT count(*)::int AS n FROM pg_inherits WHERE inhparent = 'annals.audit_log'::regclass
    AND inhrelid::regclass::text > 'annals.audit_log_' || to_char(now() AT TIME ZONE 'UTC', 'YYYYMM') AND inhrelid::regclass::text !~ 'default'`;
  expect(row?.n).toBe(7);
});

test("many are moved in bounded steps that nobody can see until the last, and each in every snapshot once", async () => {
  await relayFirst();
  await write([...minutes("2024-03-10", 700), ...minutes("2024-05-10", 700)]);
  await relay();
  const before = await wholeRecord();
  const reader = openSession(database.url);
  await reader.sql.unsafe("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT FROM annals.audit_log LIMIT 1");
  let steps = 0;
  for (; (await stagedTables()).length < 2 && steps < 10; steps += 1) {
    expect(await settle("audit_log", 300)).toBe(0);
    expect(await wholeRecord()).toEqual(before);
    expect(await places()).toMatchObject({ default: 1400 });
  }
  expect(steps).toBe(3);
  for (let more = 0; more < 4; more += 1) expect(await settle("audit_log", 300)).toBe(0);
  // All are copied, and a transaction that has read the record is still there.
  const seen = async () =>
    (
      await reader.sql`SELECT (SELECT count(*) FROM annals.audit_log WHERE recorded_at < '2024-06-01')::int AS n,
      (SELECT count(*) FROM annals.audit_log WHERE recorded_at >= '2024-03-01' AND recorded_at < '2024-04-01')::int AS march`
    )[0];
  expect(await seen()).toEqual({ n: 1400, march: 700 });
  await reader.sql`COMMIT`;
  expect(await settle("audit_log", 300)).toBe(2);
  expect(await seen()).toEqual({ n: 1400, march: 700 });
  expect(await wholeRecord()).toEqual(before);
  expect(await differences()).toBe(0);
  await reader.close();
});

test("what is filed late or folded into between two steps is moved as it is in the end", async () => {
  await relayFirst();
  await write(minutes("2024-03-10", 300), "events");
  await sql`INSERT INTO annals.outbox (recorded_at, op, object_type, new_rows)
    SELECT '2024-03-10T06:00:00Z'::timestamptz + i * interval '1 minute', 'E', 'events', '{"event_type": "INFO", "title": "one"}'
    FROM generate_series(1, 300) AS i`;
  await relay();
  expect(await settle("system_event", 200)).toBe(0);
  expect(await stagedTables()).toEqual(["system_event_202403"]);
  // Folds into the first, which is copied already; and stands before what was copied.
  await write(["2024-03-10T07:00:00Z"], "events");
  await sql`INSERT INTO annals.outbox (recorded_at, op, object_type, new_rows)
    VALUES ('2024-03-10T00:00:00.5Z', 'E', 'events', '{"event_type": "INFO", "title": "late"}')`;
  await relay();
  const before = await wholeRecord("system_event");
  expect(before.some((row) => row.includes('"occurrences": 301'))).toBe(true);
  expect(await settle("system_event")).toBe(1);
  expect(await wholeRecord("system_event")).toEqual(before);
  expect(await differences()).toBe(0);
});

test("months are not made while a relay files or a reader holds the record, and nobody waits long for that", async () => {
  await relayFirst();
  await write(["2024-03-31T23:59:59Z"]);
  await relay();
  const other = openSession(database.url);
  for (const hold of [
    "BEGIN; SELECT annals.relay()",
    "BEGIN; SELECT FROM annals.audit_log LIMIT 1",
    "BEGIN; LOCK TABLE annals.audit_log IN ACCESS SHARE MODE",
  ]) {
    await write([new Date().toISOString()]);
    await other.sql.unsafe(hold);
    const began = performance.now();
    expect(await settle()).toBe(0);
    expect(performance.now() - began).toBeLessThan(1000);
    await other.sql`ROLLBACK`;
    expect(await places()).toMatchObject({ default: 1 });
  }
  // A dump holds everything: months ahead wait for their time, and the relay files on.
  await other.sql.unsafe(
    "BEGIN; LOCK TABLE annals.audit_log, annals.login_attempt, annals.data_export, annals.system_event IN ACCESS SHARE MODE",
  );
  const began = performance.now();
  expect(Number((await sql`SELECT annals.ensure_partitions(5) AS made`)[0]?.made)).toBe(0);
  await sql.unsafe(
    "ALTER TABLE annals.head DISABLE TRIGGER annals_guard; UPDATE annals.head SET filed_at = NULL; ALTER TABLE annals.head ENABLE ALWAYS TRIGGER annals_guard",
  );
  await write([new Date().toISOString()]);
  await relay();
  expect(performance.now() - began).toBeLessThan(4000);
  await other.close();
  expect(await settle()).toBe(1);
});

test("a new default partition and a settled month have the rights, guards and indexes of any other", async () => {
  await relayFirst();
  await write(["2024-03-31T23:59:59Z"]);
  await relay();
  await settle();
  const shape = async (name: string) => {
    const [row] =
      await sql`SELECT has_table_privilege('annals_reader', c.oid, 'SELECT') AS reader, c.relowner::regrole::text AS owner,
      (SELECT tgenabled::text FROM pg_trigger WHERE tgrelid = c.oid AND tgname = 'annals_guard') AS guard,
      (SELECT count(*)::int FROM pg_index x JOIN pg_inherits i ON i.inhrelid = x.indexrelid WHERE x.indrelid = c.oid AND x.indisvalid) AS indexes,
      (SELECT count(*)::int FROM pg_index x WHERE x.indrelid = c.oid) AS all_indexes,
      (SELECT count(*)::int FROM pg_constraint WHERE conrelid = c.oid AND contype IN ('c', 'p')) AS constraints
      FROM pg_class c WHERE c.oid = ${`annals.${name}`}::regclass`;
    return row;
  };
  const [model] = await sql`SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYYMM') AS month`;
  const wanted = await shape(`audit_log_${model?.month}`);
  expect(wanted).toMatchObject({ reader: true, owner: "annals_owner", guard: "A" });
  expect(wanted?.indexes).toBeGreaterThan(7);
  expect(await shape("audit_log_202403")).toEqual(wanted);
  expect(await shape("audit_log_default")).toEqual(wanted);
  await expect(sql`DELETE FROM annals.audit_log_202403`).rejects.toThrow(/append-only/);
  await expect(sql`INSERT INTO annals.audit_log_default DEFAULT VALUES`).rejects.toThrow(/append-only/);
  // Nothing is left to migrate.
  const { migrate } = await import("../migrate/migrate.ts");
  expect(await migrate(session.db)).toMatchObject({ rights: [], indexes: [], partitions: 0 });
});

test("readers at work see each event once while months are moved beside them", async () => {
  await relayFirst();
  const readers = [1, 2, 3].map(() => openSession(database.url));
  let moving = true;
  const seen = new Map<string, Set<number>>();
  let reads = 0;
  for (let year = 2001; year <= 2012; year += 1) {
    moving = true;
    await write([...minutes(`${year}-03-10`, 40), ...minutes(`${year}-06-10`, 40)]);
    await relay();
    const work = readers.map(async ({ sql: mine }, at) => {
      while (moving) {
        const [row] = await mine.unsafe(
          at === 0
            ? `SELECT count(*)::int AS n FROM annals.audit_log WHERE recorded_at >= '${year}-01-01' AND recorded_at < '${year + 1}-01-01'`
            : `SELECT count(*)::int * 2 AS n FROM annals.audit_log WHERE recorded_at >= '${year}-03-01' AND recorded_at < '${year}-04-01'`,
        );
        reads += 1;
        const key = `${year}`;
        seen.set(key, (seen.get(key) ?? new Set()).add(row?.n));
      }
    });
    for (let turn = 0; turn < 50 && (await settle()) === 0; turn += 1);
    moving = false;
    await Promise.all(work);
    expect(await places()).toMatchObject({ [`${year}03`]: 40, [`${year}06`]: 40 });
  }
  for (const session of readers) await session.close();
  expect(reads).toBeGreaterThan(50);
  expect([...seen].map(([year, counts]) => [year, ...counts])).toEqual(
    [...seen.keys()].map((year) => [year, 80]),
  );
}, 60_000);

test("a month that somebody else has made meanwhile is not made again, and its events are left alone", async () => {
  await relayFirst();
  await write(["2024-03-31T23:59:59Z"]);
  await relay();
  const before = await wholeRecord();
  // As ensure_partitions() asks for it, having looked before it had its turn.
  const [row] =
    await sql`SELECT annals.settle_strays('audit_log', ARRAY[date_trunc('month', now())::date]) AS made`;
  expect(row?.made).toBe(1);
  expect(await places()).toMatchObject({ "202403": 1 });
  expect(await wholeRecord()).toEqual(before);
});

test("events of a clock that stood before 1970 stay in the default partition, which is not made anew for them", async () => {
  await relayFirst();
  await write(["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"]);
  await relay();
  expect(await settle()).toBe(1);
  const file = () => sql`SELECT pg_relation_filenode('annals.audit_log_default') AS number`;
  const before = await file();
  expect(await settle()).toBe(0);
  expect(await file()).toEqual(before);
  expect(await places()).toMatchObject({ default: 1, "999912": 1 });
  await sql`SELECT annals.repair_rollups()`;
  expect(await differences()).toBe(0);
});
