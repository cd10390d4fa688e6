// A backlog with many rows that cannot be filed: kept whole, told of, and no drag on what comes with them.
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { openSession, type Session } from "../../testing/session.ts";
import { track } from "../capture/track.ts";

let database: TestDatabase;
let session: Session;
let sql: Session["sql"];

beforeAll(async () => {
  database = await openTestDatabase();
  session = openSession(database.url);
  sql = session.sql;
  await sql`create table t (id int primary key, note json)`;
  await track(session.db, { tables: ["t"] });
});
afterAll(async () => {
  await session.close();
  await database.close();
});
beforeEach(async () => {
  while ((await relay()) > 0);
});

const relay = async () => Number((await sql`select annals.relay(100000) as n`)[0]?.n);
const number = async (text: string) => Number(Object.values((await sql.unsafe(text))[0] ?? {})[0]);
const append = (kind: string, count: number, event: string) =>
  sql.unsafe(`INSERT INTO annals.outbox (op, object_type, new_rows)
    SELECT 'E', '${kind}', ${event} FROM generate_series(1, ${count}) AS g(i)`);

/** Milliseconds to file so many rows, without the plan that the first call of a session makes. */
async function timed(fill: () => Promise<unknown>): Promise<number> {
  await fill();
  const began = performance.now();
  expect(await relay()).toBeGreaterThan(0);
  return performance.now() - began;
}

test("4,600 rows that name no export take less than ten times an ordinary batch", async () => {
  const rows = 4600;
  const good = () => append("audit", rows, `json_build_object('action', 'GOOD', 'object_id', i)::text`);
  const bad = () => append("export_download", rows, `json_build_object('event_id', gen_random_uuid())::text`);
  await timed(good);
  const ordinary = [await timed(good), await timed(good)];
  const before = await number("SELECT count(*) FROM annals.rejected");
  const rejecting = [await timed(bad), await timed(bad)];
  expect(await number("SELECT count(*) FROM annals.rejected")).toBe(before + 2 * rows);
  expect(Math.min(...rejecting) / Math.min(...ordinary)).toBeLessThan(10);
  expect(
    await number(
      "SELECT sum(occurrences) FROM annals.system_event WHERE fingerprint = 'annals.rejected.P0002'",
    ),
  ).toBe(2 * rows);
});

test("good, repairable and hopeless rows side by side: filed in their order, each as it should be", async () => {
  const head = await number("SELECT seq FROM annals.head");
  const rejected = await number("SELECT count(*) FROM annals.rejected");
  for (let i = 0; i < 60; i += 1) {
    await sql`insert into t values (${i}, ${i % 2 ? '{"a": "\\u0000"}' : '{"a": 1}'}::text::json)`;
    await append("export_download", 1, `json_build_object('event_id', gen_random_uuid())::text`);
    await append("audit", 1, `json_build_object('action', 'NO. ${i}')::text`);
    await append("logins", 1, `'{"status": "SUCCESS", "username": "u${i}", "failure_reason": "odd"}'`);
  }
  await relay();
  expect(await number("SELECT count(*) FROM annals.rejected")).toBe(rejected + 120);
  const filed = await sql`select object_id::int as id, changes -> '_sanitized' is not null as marked
    from annals.audit_log where seq > ${head} and object_type = 't' order by seq`;
  expect(filed).toEqual(Array.from({ length: 60 }, (_, id) => ({ id, marked: id % 2 === 1 })));
  const logins =
    await sql`select username, failure_reason from annals.login_attempt where seq > ${head} order by seq`;
  expect(logins).toEqual(
    Array.from({ length: 60 }, (_, i) => ({ username: `u${i}`, failure_reason: "other" })),
  );
  // The notices fold into one for each reason; there is no gap.
  const notices = await number(`SELECT count(*) FROM annals.system_event WHERE seq > ${head}`);
  expect(await number("SELECT seq FROM annals.head")).toBe(head + 60 + 60 + notices);
  expect(notices).toBeLessThanOrEqual(2);
  const [dense] = await sql`select count(distinct seq)::int as n, max(seq)::int as last from (
    select seq from annals.audit_log union all select seq from annals.login_attempt
    union all select seq from annals.system_event union all select seq from annals.data_export) as s`;
  expect(dense?.n).toBe(dense?.last);
});

test("an update may come in one batch with the export that it names", async () => {
  const id = "01a20bfa-4f13-7871-b8a0-9ec4552b9b44";
  const rejected = await number("SELECT count(*) FROM annals.rejected");
  await append("export_download", 1, `json_build_object('event_id', upper('${id}'))::text`);
  await append("audit", 1, `'{"action": "no action"}'`);
  await append("exports", 1, `json_build_object('event_id', '${id}', 'export_type', 'x')::text`);
  await relay();
  expect(await number("SELECT count(*) FROM annals.rejected")).toBe(rejected + 1);
  expect(await number(`SELECT download_count FROM annals.data_export WHERE event_id = '${id}'`)).toBe(1);
});

test("what nobody has foreseen is found by halves, and rejected alone", async () => {
  const rejected = await number("SELECT count(*) FROM annals.rejected");
  const head = await number("SELECT seq FROM annals.head");
  await append("audit", 20, `'{"action": "BEFORE"}'`);
  await sql.unsafe(
    `INSERT INTO annals.outbox (op, relation, object_type, new_rows) VALUES ('I', 't'::regclass, 't', '"no rows"')`,
  );
  await append("audit", 20, `'{"action": "AFTER"}'`);
  await relay();
  expect(await number("SELECT count(*) FROM annals.rejected")).toBe(rejected + 1);
  expect(await number("SELECT seq FROM annals.head")).toBe(head + 41);
});
