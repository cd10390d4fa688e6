// Whose turn it is: one relay at a time, and nobody but a relay can take the turn.
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { openSession, type Session } from "../../testing/session.ts";

let database: TestDatabase;
let one: Session;
let two: Session;
const stranger = `annals_lock_${process.pid}`;

beforeAll(async () => {
  database = await openTestDatabase();
  one = openSession(database.url);
  two = openSession(database.url);
  await one.sql.unsafe(`CREATE ROLE ${stranger}; GRANT annals_writer, annals_reader TO ${stranger}`);
});
afterAll(async () => {
  await two.close();
  await one.sql.unsafe(`DROP ROLE ${stranger}`);
  await one.close();
  await database.close();
});

const record = () => one.sql`select annals.record('audit', '{"action": "TURN"}')`;
const relay = async ({ sql } = one) => Number((await sql`select annals.relay() as n`)[0]?.n);

test("no lock that any role can take stops filing or the making of partitions", async () => {
  await record();
  await two.sql.unsafe(`SET ROLE ${stranger};
    SELECT pg_advisory_lock(n) FROM generate_series(4702111234474983740, 4702111234474983750) AS n`);
  expect(await relay()).toBe(1);
  await one.sql`set statement_timeout = '5s'`;
  const [row] = await one.sql`select annals.ensure_partitions(4) as made`;
  expect(row?.made).toBe(4);
  await one.sql`reset statement_timeout`;
  await two.sql`select pg_advisory_unlock_all()`;
  await two.sql`reset role`;
});

test.each(["annals.relay_turn", "annals.head", "annals.outbox", "annals.audit_log", "annals.rollup_head"])(
  "a role that may read and write events can take no lock of %s that filing would meet",
  async (table) => {
    const modes = ["SHARE UPDATE EXCLUSIVE", "SHARE", "EXCLUSIVE", "ACCESS EXCLUSIVE"];
    for (const mode of modes) {
      const locking = two.sql.unsafe(
        `BEGIN; SET LOCAL ROLE ${stranger}; LOCK TABLE ${table} IN ${mode} MODE`,
      );
      await expect(locking, mode).rejects.toMatchObject({ code: "42501" });
      await two.sql`rollback`;
    }
    await two.sql.unsafe(`BEGIN; SET LOCAL ROLE ${stranger}`);
    if (!["annals.outbox", "annals.relay_turn"].includes(table))
      await two.sql.unsafe(`LOCK TABLE ${table} IN ACCESS SHARE MODE`);
    await record();
    expect(await relay()).toBe(1);
    await two.sql`rollback`;
  },
);

test("a dump that reads every table stops no filing", async () => {
  await two.sql.unsafe(
    "BEGIN ISOLATION LEVEL REPEATABLE READ; LOCK TABLE annals.relay_turn, annals.head IN ACCESS SHARE MODE",
  );
  await record();
  expect(await relay()).toBe(1);
  await two.sql`rollback`;
});

test("taking the turn draws no transaction number and leaves no row behind", async () => {
  await relay();
  await one.sql`begin`;
  for (let n = 0; n < 5; n += 1) expect(await relay()).toBe(0);
  const [after] =
    await one.sql`select pg_current_xact_id_if_assigned() as xid, pg_relation_size('annals.relay_turn')::int as size`;
  await one.sql`rollback`;
  expect(after).toEqual({ xid: null, size: 0 });
});

test("a batch that another one has overtaken is undone as a whole, and no number is given twice", async () => {
  // As an older version would that knows nothing of this lock: without it, in the same moment.
  await record();
  const [row] = await one.sql`select pg_get_functiondef('annals.relay(int)'::regprocedure) as text`;
  const unlocked = row?.text.replace(/^ *LOCK TABLE .*$/m, "NULL;");
  expect(unlocked).not.toBe(row?.text);
  const [before] = await one.sql`select seq::int from annals.head`;
  await two.sql`begin`;
  expect(await relay(two)).toBe(1);
  await one.sql.unsafe(unlocked);
  const late = relay().catch((error) => error);
  await two.sql`select pg_sleep(0.2)`;
  await two.sql`commit`;
  expect(await late).toMatchObject({ code: "40001" });
  await one.sql.unsafe(row?.text);
  const [after] = await one.sql`select (select seq::int from annals.head) as seq,
    (select count(*)::int from annals.audit_log where seq > ${before?.seq}) as filed`;
  expect(after).toEqual({ seq: before?.seq + 1, filed: 1 });
});

test("months that cannot be made now stop no filing", async () => {
  // The owner may take a month away; the next batch of another hour makes it again.
  const [next] =
    await one.sql`select relname as name from pg_class where relnamespace = 'annals'::regnamespace
    and relname = 'audit_log_' || to_char(now() + interval '2 months', 'YYYYMM')`;
  await one.sql.unsafe(`DROP TABLE annals.${next?.name}`);
  await one.sql.unsafe(`ALTER TABLE annals.head DISABLE TRIGGER annals_guard;
    UPDATE annals.head SET filed_at = filed_at - interval '2 hours'; ALTER TABLE annals.head ENABLE ALWAYS TRIGGER annals_guard`);
  await two.sql.unsafe("BEGIN; LOCK TABLE ONLY annals.audit_log IN SHARE UPDATE EXCLUSIVE MODE");
  await record();
  expect(await relay()).toBe(1);
  await two.sql`rollback`;
  const [row] = await one.sql`select annals.ensure_partitions(3) as made`;
  expect(row?.made).toBe(1);
});
