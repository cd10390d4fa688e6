import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { openSession, type Session } from "../../testing/session.ts";
import { track } from "../capture/track.ts";

let database: TestDatabase;
let session: Session;
beforeAll(async () => {
  database = await openTestDatabase();
  session = openSession(database.url);
  await session.db.query("CREATE TABLE t (id int PRIMARY KEY, a int)");
  await track(session.db, { tables: ["t"] });
});
afterAll(async () => {
  await session.close();
  await database.close();
});

const number = async (text: string) => Number(Object.values((await session.db.query(text))[0] ?? {})[0]);
const relay = (rows = 100_000) => number(`SELECT annals.relay(${rows})`);

test("a batch reads its own rows by their index, whatever else waits and whenever its plan was made", async () => {
  await session.db.query("INSERT INTO t VALUES (0, 0)");
  // The plan is made while the outbox is all but empty, and known to be.
  await session.db.query("VACUUM ANALYZE annals.outbox_0, annals.outbox_1, annals.outbox_2");
  await session.db.query("DISCARD PLANS");
  expect(await relay()).toBe(1);
  for (let i = 0; i < 7; i += 1) {
    await session.db.query("UPDATE t SET a = a + 1");
    expect(await relay()).toBe(1);
  }
  await session.db.query(`DO $$ BEGIN FOR i IN 1..3000 LOOP INSERT INTO t VALUES (i, i); END LOOP; END $$`);
  await session.db.query("BEGIN");
  expect(await relay(10)).toBe(10);
  const read = await number(`SELECT sum(seq_tup_read + coalesce(idx_tup_fetch, 0))::int
    FROM pg_stat_xact_all_tables WHERE relname ~ '^outbox_[012]$'`);
  await session.db.query("COMMIT");
  expect(read).toBeGreaterThan(10);
  expect(read).toBeLessThan(100);
  expect(await relay()).toBe(2990);
});

test("the slot that is written to is left alone when it is drained", async () => {
  await session.db.query("UPDATE t SET a = a + 1 WHERE id = 1");
  expect(await relay()).toBe(1);
  const sizeNow = await number(`SELECT pg_relation_size(('annals.outbox_' ||
    (date_part('epoch', statement_timestamp())::bigint / 3600) % 3)::regclass)`);
  expect(await number("SELECT count(*) FROM annals.outbox")).toBe(0);
  expect(sizeNow).toBeGreaterThan(0);
});

test("rows that wait are compressed with lz4 where the server has it", async () => {
  const hasLz4 = await number(
    "SELECT ('lz4' = ANY (enumvals))::int FROM pg_settings WHERE name = 'default_toast_compression'",
  );
  const columns = await session.db.query<{ method: string }>(`
    SELECT a.attcompression::text AS method FROM pg_partition_tree('annals.outbox') AS p
    JOIN pg_attribute a ON a.attrelid = p.relid AND a.attname IN ('old_rows', 'new_rows')`);
  expect(columns).toHaveLength(8);
  for (const { method } of columns) expect(method).toBe(hasLz4 ? "l" : "");
});

const kinds: [string, string, object][] = [
  ["audit", "audit_log", { action: "REFUND" }],
  ["logins", "login_attempt", { status: "SUCCESS" }],
  ["exports", "data_export", { export_type: "orders" }],
  ["events", "system_event", { event_type: "INFO", title: "t" }],
];
test.each(kinds)(
  "a retry of %s is filed once, in the same batch or a later one",
  async (kind, table, event) => {
    const event_id = `0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a${kinds.findIndex(([name]) => name === kind) + 10}`;
    const send = () =>
      session.db.query("SELECT annals.record($1, $2::text::json)", [
        kind,
        JSON.stringify({ ...event, event_id }),
      ]);
    await send();
    await send();
    expect(await relay()).toBe(2);
    await send();
    expect(await relay()).toBe(1);
    expect(await number(`SELECT count(*) FROM annals.${table} WHERE event_id = '${event_id}'`)).toBe(1);
    expect(await number("SELECT count(*) FROM annals.rejected")).toBe(0);
  },
);
