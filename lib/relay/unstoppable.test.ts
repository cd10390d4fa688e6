// What a host, a reader or an event may do that once stopped filing altogether.
import { afterEach, beforeEach, expect, test } from "vitest";
import { openTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { openSession, type Session } from "../../testing/session.ts";
import { track } from "../capture/track.ts";

let database: TestDatabase;
let session: Session;
let sql: Session["sql"];
beforeEach(async () => {
  database = await openTestDatabase();
  session = openSession(database.url);
  sql = session.sql;
});
afterEach(async () => {
  await session.close();
  await database.close();
});

const relay = async () => Number((await sql`SELECT annals.relay() AS n`)[0]?.n);
const record = (event: object) => sql`SELECT annals.record('audit', ${JSON.stringify(event)}::text::json)`;
const actions = async () =>
  (await sql`SELECT seq::int AS seq, action FROM annals.audit_log ORDER BY seq`).map(
    ({ seq, action }) => `${seq} ${action}`,
  );
/** As the relay of an hour later would look after the months. */
const nextHour = () =>
  session.db.query(`ALTER TABLE annals.head DISABLE TRIGGER annals_guard;
    UPDATE annals.head SET filed_at = filed_at - interval '1 hour';
    ALTER TABLE annals.head ENABLE ALWAYS TRIGGER annals_guard`);

test("a publication of all tables of the host", async () => {
  await sql`CREATE PUBLICATION everything FOR ALL TABLES`;
  await sql`CREATE TABLE t (id int PRIMARY KEY, a int)`;
  await track(session.db, { tables: ["t"] });
  await sql`INSERT INTO t VALUES (1, 1)`;
  await record({ action: "REFUND" });
  await sql`SELECT annals.record('events', '{"event_type": "ERROR", "title": "t", "fingerprint": "f"}')`;
  await relay();
  await sql`SELECT annals.record('events', '{"event_type": "ERROR", "title": "t", "fingerprint": "f"}')`;
  await sql`SELECT annals.record('export_download', '{"event_id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"}')`;
  await relay();
  expect(await actions()).toEqual(["1 CREATE", "2 REFUND"]);
  const [left] = await sql`SELECT (SELECT count(*)::int FROM annals.outbox) AS waiting,
    (SELECT occurrences FROM annals.system_event WHERE fingerprint = 'f') AS folded,
    (SELECT count(*)::int FROM annals.rejected) AS rejected`;
  expect(left).toEqual({ waiting: 0, folded: 2, rejected: 1 });
});

// A number such as 1e131071 is a number of PostgreSQL: eight bytes of JSON, and 128 kB as soon as it is read.
const bomb = (count: number) => `[${Array.from({ length: count }, () => "1e131071").join(",")}]`;
const recordText = (kind: string, event: string) => sql`SELECT annals.record(${kind}, ${event}::text::json)`;

test("numbers that make 80 kB of JSON more than a GB of text are kept as they were written", async () => {
  await sql`CREATE TABLE t (id int PRIMARY KEY, a json)`;
  await track(session.db, { tables: ["t"] });
  await record({ action: "FIRST", reason: "looks like one, 1e131071, and is none" });
  await recordText("audit", `{"action": "BOMB", "changes": {"a": ${bomb(8500)}}}`);
  await sql`INSERT INTO t VALUES (1, ${bomb(8500)}::text::json)`;
  await sql`SELECT annals.record('audit', '{"action": "BY"}', ${`{"tenant": ${bomb(8500)}}`}::text::json)`;
  await record({ action: "LAST" });
  expect(await relay()).toBe(5);
  expect(await actions()).toEqual(["1 FIRST", "2 BOMB", "3 CREATE", "4 BY", "5 LAST"]);
  const [kept] = await sql`SELECT max(octet_length(changes::text)) < 20000 AS small, min(reason) AS reason,
    count(*) FILTER (WHERE changes -> 'a' -> 'new' ->> '$cut' LIKE '["1e131071", %')::int AS cut FROM annals.audit_log`;
  expect(kept).toEqual({ small: true, reason: "looks like one, 1e131071, and is none", cut: 2 });
}, 60_000);

test("what such a number would make of an event when it is read is bounded in every column", async () => {
  await sql`CREATE TABLE t (id int PRIMARY KEY, a json, n numeric)`;
  await track(session.db, { tables: ["t"] });
  await sql`INSERT INTO t VALUES (1, ${bomb(100)}::text::json, 1e131071)`;
  await recordText("exports", `{"export_type": "x", "columns": ${bomb(50)}, "filters_applied": ${bomb(50)}}`);
  await relay();
  const [kept] = await sql`SELECT (SELECT max(octet_length(a::text)) FROM annals.audit_log a) AS audit,
    (SELECT max(octet_length(d::text)) FROM annals.data_export d) AS export`;
  expect(kept?.audit).toBeLessThan(20_000);
  expect(kept?.export).toBeLessThan(20_000);
});

test.each(["exports", "export_update"])("more columns than a query can have are cut in %s", async (kind) => {
  const id = "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5c";
  const columns = Array.from({ length: 3000 }, (_, at) => `${at} ${"x".repeat(300)}`);
  await recordText("exports", JSON.stringify({ event_id: id, ...(kind === "exports" && { columns }) }));
  if (kind !== "exports") await recordText(kind, JSON.stringify({ event_id: id, columns }));
  await relay();
  const [kept] =
    await sql`SELECT cardinality(columns) AS count, length(columns[2000]) AS longest FROM annals.data_export`;
  expect(kept).toEqual({ count: 2000, longest: 200 });
});

test("a row that cannot be looked at is rejected alone", async () => {
  // As many digits, one after the other: not to be shortened, and more than jsonb holds as text.
  await sql`INSERT INTO annals.outbox (op, object_type, new_rows)
    SELECT 'E', 'audit', '{"action": "BIG", "changes": {"a": [' || string_agg('1e999', ',') || ']}}' FROM generate_series(1, 1200000)`;
  await record({ action: "LAST" });
  expect(await relay()).toBe(2);
  expect(await actions()).toEqual(["1 LAST"]);
  const rejected = await sql`SELECT sqlstate FROM annals.rejected`;
  expect(rejected.map((row) => row.sqlstate)).toEqual(["54000"]);
}, 60_000);

test("an event of more than 250 MB is refused at the call, and rejected where it is in the outbox all the same", async () => {
  const large = `'{"action": "HUGE", "reason": "' || repeat('xy', 140000000) || '"}'`;
  await expect(sql.unsafe(`SELECT annals.record('audit', (${large})::json)`)).rejects.toMatchObject({
    code: "22023",
    message: expect.stringContaining("250 MB"),
  });
  await sql.unsafe(`INSERT INTO annals.outbox (op, object_type, new_rows) VALUES ('E', 'audit', ${large})`);
  await record({ action: "LAST" });
  expect(await relay()).toBe(2);
  expect(await actions()).toEqual(["1 LAST"]);
  expect(await sql`SELECT FROM annals.rejected`).toHaveLength(1);
}, 60_000);

test("a view of a reader's on a partition: events that strayed stay where they are, and others are filed", async () => {
  await sql`CREATE VIEW peek AS SELECT * FROM annals.audit_log_default`;
  await sql`INSERT INTO annals.outbox (recorded_at, op, object_type, new_rows)
    VALUES ('2025-01-01', 'E', 'audit', '{"action": "LATE"}')`;
  await relay();
  await nextHour();
  await record({ action: "REFUND" });
  expect(await relay()).toBe(1);
  expect(await actions()).toEqual(["1 LATE", "2 REFUND"]);
  await sql`DROP VIEW peek`;
  await nextHour();
  await record({ action: "LAST" });
  await relay();
  const [settled] =
    await sql`SELECT tableoid::regclass::text AS name FROM annals.audit_log WHERE action = 'LATE'`;
  expect(settled?.name).toBe("annals.audit_log_202501");
});

test("a tablespace that the session prefers and the owner of the records may not use", async () => {
  await sql`SET ROLE annals_owner`;
  const [last] = await sql`SELECT inhrelid::regclass::text AS name FROM pg_inherits
    WHERE inhparent = 'annals.audit_log'::regclass ORDER BY 1 DESC LIMIT 1 OFFSET 1`;
  await sql.unsafe(`DROP TABLE ${last?.name}; RESET ROLE; SET default_tablespace = pg_global`);
  await record({ action: "REFUND" });
  await relay();
  expect(await actions()).toEqual(["1 REFUND"]);
  const [made] = await sql`SELECT to_regclass(${last?.name}) IS NOT NULL AS there`;
  expect(made?.there).toBe(true);
});

test("a type and an id of an object as long as they may be, in letters of four bytes", async () => {
  const letters = (count: number, from: number) =>
    Array.from({ length: count }, (_, i) =>
      String.fromCodePoint(0x20000 + ((i * 7919 + from) % 40_000)),
    ).join("");
  await record({ action: "WIDE", object_type: letters(200, 1), object_id: letters(500, 2) });
  await relay();
  expect(await actions()).toEqual(["1 WIDE"]);
  const [row] = await sql`SELECT length(object_type) AS type, length(object_id) AS id FROM annals.audit_log`;
  expect(row).toEqual({ type: 200, id: 450 });
});

test("a retry that spells its id in capitals is filed once", async () => {
  const id = "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b";
  await record({ action: "REFUND", event_id: id });
  await record({ action: "REFUND", event_id: id.toUpperCase() });
  await relay();
  expect(await actions()).toEqual(["1 REFUND"]);
});

test("a key that is a time has one text, also where strings have escapes", async () => {
  await sql`CREATE TABLE tick (at timestamptz PRIMARY KEY)`;
  await track(session.db, { tables: ["tick"] });
  await session.db.query(`SET standard_conforming_strings = off; SET escape_string_warning = off;
    SET timezone = 'Asia/Tokyo'; INSERT INTO tick VALUES ('2026-03-01T09:00:00+09')`);
  await relay();
  const [row] = await sql`SELECT object_id FROM annals.audit_log`;
  expect(row?.object_id).toBe("2026-03-01T00:00:00+00:00");
});
