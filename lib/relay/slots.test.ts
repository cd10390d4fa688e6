// The slots of the outbox are emptied once the clock has left them: never under the eyes of somebody who still needs
// what was there, however long a transaction stays open.
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { openSession, type Session } from "../../testing/session.ts";

let database: TestDatabase;
let session: Session;
let other: Session;
beforeEach(async () => {
  database = await openTestDatabase();
  session = openSession(database.url);
  other = openSession(database.url);
});
afterEach(async () => {
  await session.close();
  await other.close();
  await database.close();
});

/** A slot that the clock has left: `hours` ago, 1 or 2. */
const slotOf = async (hours: 1 | 2) =>
  Number(
    (
      await session.sql`SELECT ((date_part('epoch', statement_timestamp())::bigint / 3600) - ${hours}::int)::int % 3 AS slot`
    )[0]?.slot,
  );

/** As a statement of that hour has written it. */
const write = ({ sql }: Session, slot: number, action = "OLD") =>
  sql`INSERT INTO annals.outbox (slot, op, object_type, new_rows) VALUES (${slot}, 'E', 'audit', ${JSON.stringify({ action })})`;

async function relay(): Promise<void> {
  while (Number((await session.sql`SELECT annals.relay()::int AS taken`)[0]?.taken) > 0);
}
/** The relay looks after slots at the end of each batch. */
const batch = async () => {
  await session.sql`SELECT annals.record('audit', '{"action": "NOW"}')`;
  await relay();
};
/** Batch after batch, as relays do, until it is empty; statistics of a session are a second late at most. */
async function untilEmpty(slot: number): Promise<void> {
  for (const end = Date.now() + 8000; (await sizeOf(slot)) > 0 && Date.now() < end; await sleep(100))
    await batch();
  expect(await sizeOf(slot)).toBe(0);
}
const sizeOf = async (slot: number) =>
  Number(
    (await session.sql.unsafe(`SELECT pg_relation_size('annals.outbox_${slot}')::int AS size`))[0]?.size,
  );
const isNoted = async (slot: number) =>
  (await session.sql`SELECT FROM annals.drained_slot WHERE slot = ${slot}`).length > 0;
/** How often a session finds the old event, in the outbox or on record. */
const found = async ({ sql }: Session) =>
  Number(
    (
      await sql`SELECT ((SELECT count(*) FROM annals.outbox WHERE new_rows LIKE '%OLD%')
    + (SELECT count(*) FROM annals.audit_log WHERE action = 'OLD'))::int AS n`
    )[0]?.n,
  );

test("a slot that was left is truncated as soon as nobody has anything open", async () => {
  for (const hours of [1, 2] as const) await write(session, await slotOf(hours));
  await relay();
  for (const hours of [1, 2] as const) await untilEmpty(await slotOf(hours));
  expect(await found(session)).toBe(2);
  expect((await session.sql`SELECT FROM annals.drained_slot`).length).toBe(0);
});

test("a snapshot of hours ago goes on to see each event once, though it has touched nothing of ours", async () => {
  const slot = await slotOf(2);
  await write(session, slot);
  await other.sql.unsafe("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1");
  await relay();
  for (let hour = 0; hour < 4; hour += 1) await batch();
  expect(await sizeOf(slot)).toBeGreaterThan(0);
  // The first that it looks at: what was waiting when its snapshot was taken is there still.
  expect(await found(other)).toBe(1);
  expect(await found(session)).toBe(1);
  await other.sql`COMMIT`;
  expect(await found(other)).toBe(1);
  await untilEmpty(slot);
  expect(await found(session)).toBe(1);
});

test("whoever begins after a slot was drained does not put it off", async () => {
  const slot = await slotOf(2);
  await write(session, slot);
  await other.sql.unsafe("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1");
  await relay();
  for (const end = Date.now() + 8000; !(await isNoted(slot)) && Date.now() < end; await sleep(100))
    await batch();
  const later = openSession(database.url);
  await later.sql.unsafe("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1");
  await other.sql`ROLLBACK`;
  await untilEmpty(slot);
  expect(await found(later)).toBe(1);
  await later.close();
});

test("a transaction that has written and stays open for hours loses nothing, and neither do those around it", async () => {
  const slot = await slotOf(2);
  await other.sql`BEGIN`;
  await write(other, slot);
  await write(session, slot);
  await relay();
  for (let hour = 0; hour < 3; hour += 1) await batch();
  expect(await sizeOf(slot)).toBeGreaterThan(0);
  expect(await found(session)).toBe(1);
  const witness = openSession(database.url);
  await other.sql`COMMIT`;
  // This snapshot has the late event in the outbox; the relay files it right after.
  await witness.sql.unsafe("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1");
  await relay();
  for (let hour = 0; hour < 3; hour += 1) await batch();
  expect(await found(witness)).toBe(2);
  expect(await found(session)).toBe(2);
  await witness.close();
  await untilEmpty(slot);
  expect(await found(session)).toBe(2);
});

test("a snapshot that is taken between draining and its commit keeps the slot too", async () => {
  const slot = await slotOf(2);
  await write(session, slot);
  await session.sql`BEGIN`;
  await session.sql`SELECT annals.relay()`;
  await other.sql.unsafe("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1");
  await session.sql`COMMIT`;
  for (let hour = 0; hour < 3; hour += 1) await batch();
  await sleep(1500);
  await batch();
  expect(await found(other)).toBe(1);
  await other.sql`ROLLBACK`;
  await untilEmpty(slot);
});

test("a rolled-back transaction leaves dead rows, and they go with the slot", async () => {
  const slot = await slotOf(1);
  await other.sql`BEGIN`;
  for (let at = 0; at < 50; at += 1) await write(other, slot);
  await batch();
  expect(await sizeOf(slot)).toBeGreaterThan(0);
  await other.sql`ROLLBACK`;
  await untilEmpty(slot);
  expect(await found(session)).toBe(0);
});

test("a dump that holds the outbox for hours puts it off; writers and the relay go on, and nobody waits", async () => {
  const slot = await slotOf(2);
  await write(session, slot);
  await other.sql.unsafe(
    "BEGIN ISOLATION LEVEL REPEATABLE READ; LOCK TABLE annals.outbox IN ACCESS SHARE MODE",
  );
  await relay();
  const began = performance.now();
  for (let hour = 0; hour < 3; hour += 1) await batch();
  expect(performance.now() - began).toBeLessThan(3000);
  expect(await found(other)).toBe(1);
  expect(await sizeOf(slot)).toBeGreaterThan(0);
  await other.sql`COMMIT`;
  await untilEmpty(slot);
});

test("the lock of a slot is not kept while its turn has not come", async () => {
  const slot = await slotOf(2);
  await write(session, slot);
  await other.sql.unsafe("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1");
  await session.sql`BEGIN`;
  await session.sql`SELECT annals.relay()`;
  const [row] = await session.sql.unsafe(`SELECT count(*)::int AS held FROM pg_locks
    WHERE relation = 'annals.outbox_${slot}'::regclass AND mode = 'AccessExclusiveLock'`);
  expect(row?.held).toBe(0);
  await session.sql`COMMIT`;
  await other.sql`ROLLBACK`;
});
