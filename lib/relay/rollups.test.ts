import type postgres from "postgres";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { fillRecords } from "../../testing/fill-records.ts";
import { openSession } from "../../testing/session.ts";
import { executorOf } from "../adapters/db/postgres-js.ts";
import { migrations } from "../migrate/embedded.ts";
import { checkRollups, repairRollups } from "./check-rollups.ts";

let database: TestDatabase;
let sql: postgres.Sql;

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.close();
  database = await openTestDatabase();
  sql = database.sql;
});

/** `n` events of one hour of 2026-03-14, each by one of three actors. */
async function file(n: number): Promise<void> {
  await sql`INSERT INTO annals.outbox (recorded_at, op, object_type, new_rows, context)
    SELECT '2026-03-14T10:00:00Z'::timestamptz + i * interval '1 second', 'E', 'audit',
      '{"action": "UPDATE", "object_type": "order"}', json_build_object('actor_kind', 'user', 'actor_id', (i % 3)::text, 'tenant', 'acme')
    FROM generate_series(1, ${n}::int) AS i`;
  for (;;) {
    const [row] = await sql`SELECT annals.relay(1000)::int AS taken`;
    if (row?.taken === 0) break;
  }
}

const counted = async () => Number((await sql`SELECT counted_seq FROM annals.rollup_head`)[0]?.counted_seq);

/** Past the guards, as nobody does by accident. */
async function tamper(table: string, statement: string): Promise<void> {
  await sql.begin(async (tx) => {
    await tx.unsafe(`ALTER TABLE annals.${table} DISABLE TRIGGER annals_guard`);
    await tx.unsafe(statement);
    await tx.unsafe(`ALTER TABLE annals.${table} ENABLE ALWAYS TRIGGER annals_guard`);
  });
}

test("the relay counts as soon as 2,000 events are not counted, and not before", async () => {
  await file(1999);
  expect(await counted()).toBe(0);
  await file(1);
  expect(await counted()).toBe(2000);
  const rows = await sql`SELECT n, quarters FROM annals.rollup_day d JOIN annals.rollup_shape s USING (shape)
    WHERE s.record = 'audit_log' AND s.columns = '{}'`;
  // 10:00:01 to 10:33:19, and once more 10:00:01.
  expect(rows).toEqual([{ n: 2000, quarters: [96 * 900 + 40, 96 * 900 + 41, 96 * 200 + 42].map(String) }]);
});

test("a database that held events before is counted bit by bit, by a relay that has nothing to file", async () => {
  const rows = Array.from({ length: 4500 }, (_, at) => ({
    recorded_at: new Date(Date.parse("2026-01-31T00:00:00Z") + at * 60_000).toISOString(),
  }));
  await fillRecords(sql, "login_attempt", rows);
  for (const upto of [2000, 4000, 4000]) {
    await sql`SELECT annals.relay()`;
    expect(await counted()).toBe(upto);
    expect((await checkRollups(executorOf(sql))).differences).toEqual([]);
  }
});

test("filing goes on when counting fails; the reason is kept, and counting goes on later", async () => {
  await sql.unsafe("ALTER TABLE annals.rollup_day ADD CONSTRAINT broken CHECK (n < 1000)");
  await file(2500);
  expect(await counted()).toBe(0);
  const [head] = await sql`SELECT seq::int FROM annals.head`;
  expect(head?.seq).toBe(2500);
  expect((await checkRollups(executorOf(sql))).error).toContain("broken");
  await sql.unsafe("ALTER TABLE annals.rollup_day DROP CONSTRAINT broken");
  await sql`SELECT annals.relay()`;
  expect(await counted()).toBe(0);
  await tamper("rollup_head", "UPDATE annals.rollup_head SET failed_at = now() - interval '11 minutes'");
  await sql`SELECT annals.relay()`;
  expect(await counted()).toBe(2000);
});

test("late events are added to the sum of their month, and a month is added up when it is over", async () => {
  await file(2000);
  const months = () => sql`SELECT m.month::text, m.n::int FROM annals.rollup_month m
    JOIN annals.rollup_shape s USING (shape) WHERE s.record = 'audit_log' AND s.columns = '{actor_id}' AND a = '1'`;
  expect(await months()).toEqual([{ month: "2026-03-01", n: 667 }]);
  // As if March were not over.
  await tamper("rollup_head", "UPDATE annals.rollup_head SET months_before = '2026-03-01'");
  await tamper("rollup_month", "DELETE FROM annals.rollup_month");
  expect((await checkRollups(executorOf(sql))).total).toBe(0);
  await sql`SELECT annals.relay()`;
  expect(await months()).toEqual([{ month: "2026-03-01", n: 667 }]);
  await file(2000);
  expect(await months()).toEqual([{ month: "2026-03-01", n: 1334 }]);
  expect((await checkRollups(executorOf(sql))).total).toBe(0);
});

test("events that are deleted are taken out of every count; those that are not counted yet never enter", async () => {
  await file(2000);
  await file(10);
  const gone = [1, 2, 3, 500, 1999, 2005];
  await sql.begin(async (tx) => {
    const [row] = await tx`SELECT annals.uncount('audit_log', ${gone}::bigint[])::int AS taken`;
    expect(row?.taken).toBe(5);
    for (const table of ["audit_log", "audit_log_default"])
      await tx.unsafe(`ALTER TABLE annals.${table} DISABLE TRIGGER annals_guard`);
    await tx`DELETE FROM annals.audit_log WHERE seq = ANY (${gone}::bigint[])`;
  });
  expect((await checkRollups(executorOf(sql))).differences).toEqual([]);
  await sql`SELECT annals.keep_rollups(0, 1)`;
  expect((await checkRollups(executorOf(sql))).differences).toEqual([]);
  const all = await sql`SELECT seq FROM annals.audit_log`;
  const rest = all.map(({ seq }) => Number(seq));
  await sql`SELECT annals.uncount('audit_log', ${rest}::bigint[])`;
  expect(await sql`SELECT FROM annals.rollup_day UNION ALL SELECT FROM annals.rollup_month`).toHaveLength(0);
});

test("wrong, missing and invented counts are named, and put right from the records", async () => {
  await file(2000);
  const db = executorOf(sql);
  await tamper(
    "rollup_day",
    `UPDATE annals.rollup_day SET n = n + 1 WHERE shape = 101;
     DELETE FROM annals.rollup_day WHERE shape = 104 AND a = '2';
     INSERT INTO annals.rollup_day VALUES (103, '2024-05-05', 7, 'ghost', '', '', '{672}')`,
  );
  const found = await checkRollups(db);
  expect(found.differences).toEqual([
    { record: "audit_log", of: "module=ghost", period: "2024-05-05", stored: 7, counted: null },
    { record: "audit_log", of: "action=UPDATE", period: "2026-03-14", stored: 2001, counted: 2000 },
    { record: "audit_log", of: "actor_id=2", period: "2026-03-14", stored: null, counted: 667 },
  ]);
  expect(await repairRollups(db)).toBe(3);
  expect((await checkRollups(db)).total).toBe(0);
});

test("a reader may check, and only the owner repairs", async () => {
  await file(3);
  const reader = openSession(database.url);
  await reader.sql`SET ROLE annals_reader`;
  expect((await checkRollups(executorOf(reader.sql))).total).toBe(0);
  await expect(repairRollups(executorOf(reader.sql))).rejects.toMatchObject({ code: "42501" });
  await reader.sql`SET ROLE annals_owner`;
  expect(await repairRollups(executorOf(reader.sql))).toBe(0);
  await reader.close();
  expect(await counted()).toBe(3);
});

test("the shapes of the query are those of the database", async () => {
  const { shapes } = await import("../query/rollups/shapes.ts");
  const { definitions } = await import("../records/kinds.ts");
  const stored = await sql`SELECT shape, record, columns FROM annals.rollup_shape ORDER BY shape`;
  const known = Object.entries(shapes).flatMap(([kind, list]) =>
    list.map((shape) => ({ ...shape, record: definitions[kind as keyof typeof shapes].record })),
  );
  expect(known.sort((one, two) => one.shape - two.shape)).toEqual([...stored]);
});

test("the migrations that change the shapes turn what was counted before into them", async () => {
  const textOf = (name: string) => migrations.find((migration) => migration.name === name)?.text ?? "";
  const [before] = textOf("0004_rollups").match(/INSERT INTO annals\.rollup_shape[^;]+;/) ?? [];
  await tamper("rollup_shape", `DELETE FROM annals.rollup_shape; ${before}`);
  for (const record of ["audit_log", "login_attempt", "data_export", "system_event"] as const) {
    const rows = Array.from({ length: 1500 }, (_, at) => ({
      recorded_at: new Date(Date.parse("2026-08-31T12:00:00Z") + at * 1_000_000).toISOString(),
      tenant: ["", "acme", "globex"][at % 3],
      source: ["api", "trigger"][at % 2],
      attribution: at % 5 === 0 ? "none" : "session",
      actor_id: `u${at % 7}`,
      impersonator_id: at % 13 === 0 ? `u${at % 3}` : null,
      module: ["", "sales"][at % 2],
      ...(record === "audit_log" && { action: ["VIEW", "UPDATE"][at % 2], object_type: `t${at % 4}` }),
      ...(record === "login_attempt" && { country: at % 11 === 0 ? "FR" : null }),
      ...(record === "data_export" && { export_type: `e${at % 3}` }),
    }));
    await fillRecords(sql, record, rows);
  }
  await sql`SELECT annals.repair_rollups()`;
  await sql`DROP INDEX annals.login_attempt_actor`;
  for (const name of ["0008_rollup_shapes", "0009_rollups_of_actors"]) await sql.unsafe(textOf(name));
  const { total, countedSeq } = await checkRollups(executorOf(sql));
  expect({ total, countedSeq }).toEqual({ total: 0, countedSeq: "6000" });
  const [kept] = await sql`SELECT
    (SELECT count(DISTINCT shape)::int FROM annals.rollup_day) AS days,
    (SELECT count(DISTINCT shape)::int FROM annals.rollup_month) AS months,
    (SELECT count(*)::int FROM annals.rollup_shape) AS shapes,
    (SELECT count(*)::int FROM annals.rollup_day d WHERE d.shape NOT IN (SELECT s.shape FROM annals.rollup_shape s)) AS strays`;
  expect(kept).toEqual({ days: 54, months: 54, shapes: 54, strays: 0 });
  await expect(sql`DELETE FROM annals.rollup_day`).rejects.toThrow("append-only");
});
