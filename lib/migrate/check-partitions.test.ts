import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { openTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { openSession, type Session } from "../../testing/session.ts";
import { checkPartitions } from "./check-partitions.ts";

let database: TestDatabase;
let session: Session;
let month: string;

beforeAll(async () => {
  database = await openTestDatabase();
  session = openSession(database.url);
  await database.sql`CREATE SCHEMA ada`;
  const [row] =
    await database.sql`SELECT 'audit_log_' || to_char(now() AT TIME ZONE 'UTC', 'YYYYMM') AS name`;
  month = `annals.${row?.name}`;
});
afterEach(() => database.sql.unsafe("DROP SCHEMA ada CASCADE; CREATE SCHEMA ada"));
afterAll(async () => {
  await session.close();
  await database.close();
});

const found = async () =>
  (await checkPartitions(session.db)).map(({ kind, table, message }) => `${kind} ${table}: ${message}`);

test("nothing of our own is in the way of a month", async () => {
  await database.sql.unsafe(`CREATE VIEW ada.whole AS SELECT * FROM annals.audit_log;
    CREATE FUNCTION ada.late() RETURNS bigint LANGUAGE plpgsql AS 'BEGIN RETURN (SELECT count(*) FROM annals.audit_log_default); END';
    CREATE STATISTICS ada.beside ON actor_id, action FROM ${month}`);
  expect(await found()).toEqual([]);
});

test.each([
  ["CREATE VIEW ada.v AS SELECT seq, action FROM #", "view ada.v"],
  ["CREATE MATERIALIZED VIEW ada.m AS SELECT count(*) FROM #", "materialized view ada.m"],
  ["CREATE FUNCTION ada.f() RETURNS SETOF # LANGUAGE sql AS 'SELECT * FROM #'", "function ada.f()"],
  [
    "CREATE FUNCTION ada.g() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM #; END",
    "function ada.g()",
  ],
  ["CREATE TABLE ada.t (old #[])", "column old of table ada.t"],
])("%s is told, with its name and its kind", async (statement, name) => {
  await database.sql.unsafe(statement.replaceAll("#", "annals.audit_log_default"));
  expect(await found()).toEqual([
    `partition_in_use annals.audit_log_default: It is named by ${name}, so the events in it cannot be given their months.`,
  ]);
  await database.sql.unsafe("DROP SCHEMA ada CASCADE; CREATE SCHEMA ada");
  await database.sql.unsafe(statement.replaceAll("#", month));
  const [told] = await checkPartitions(session.db);
  expect(told).toEqual({
    kind: "partition_in_use",
    table: month,
    user: name,
    message: `It is named by ${name}, so it cannot be dropped when its time is over.`,
    hint: "Let it name annals.audit_log instead, with a condition on recorded_at, or drop it.",
  });
});

test("a view on the default partition keeps a late event there, and once it is gone the month is made", async () => {
  const { sql } = database;
  await sql`CREATE VIEW ada.v AS SELECT * FROM annals.audit_log_default`;
  await sql`INSERT INTO annals.outbox (recorded_at, op, object_type, new_rows) VALUES ('2023-07-01T00:00:00Z', 'E', 'audit', '{"action": "LATE"}')`;
  await sql`SELECT annals.relay()`;
  await expect(sql`SELECT annals.ensure_partitions()`).rejects.toMatchObject({ code: "2BP01" });
  expect(await found()).toHaveLength(1);
  await sql`DROP VIEW ada.v`;
  await sql`SELECT annals.ensure_partitions()`;
  expect(await sql`SELECT FROM annals.audit_log_202307`).toHaveLength(1);
  expect(await found()).toEqual([]);
});
