// F18 in small: a migration runs beside an application at work, and no write fails or waits longer than a second.
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openEmptyDatabase, type TestDatabase } from "../../testing/database.ts";
import { openSession, type Session } from "../../testing/session.ts";
import { track } from "../capture/track.ts";
import { applyMigrations } from "./apply-migrations.ts";
import { migrations } from "./embedded.ts";
import { migrate } from "./migrate.ts";
import { version } from "./version.ts";

let database: TestDatabase;
let session: Session;

beforeEach(async () => {
  database = await openEmptyDatabase();
  session = openSession(database.url);
  await session.sql`create table app_order (id int generated always as identity primary key, total numeric)`;
});

afterEach(async () => {
  await session.close();
  await database.close();
});

interface Load {
  /** Ends the writers; what they met, and how many rows each of them wrote in all. */
  stop(): Promise<{ failures: string[]; longestMs: number; written: number }>;
}

/** Four writers, about 500 single writes a second in all, and whoever else is named. */
function startLoad(beside: (worker: Session) => Promise<void> = async () => {}): Load {
  const result = { failures: [] as string[], longestMs: 0, written: 0 };
  let running = true;
  const work = async (once: (worker: Session) => Promise<void>) => {
    const worker = openSession(database.url);
    while (running) {
      await once(worker).catch((error) => result.failures.push(String(error)));
      await sleep(8);
    }
    await worker.close();
  };
  const write = async ({ sql }: Session) => {
    const start = performance.now();
    await sql`insert into app_order (total) values (1)`;
    result.longestMs = Math.max(result.longestMs, performance.now() - start);
    result.written += 1;
  };
  const workers = [...[1, 2, 3, 4].map(() => work(write)), work(beside)];
  return {
    async stop() {
      running = false;
      await Promise.all(workers);
      return result;
    },
  };
}

const relay = async ({ sql }: Session) => void (await sql`select annals.relay()`);

test("the first installation", async () => {
  const load = startLoad();
  await sleep(200);
  await migrate(session.db);
  await track(session.db, { tables: ["app_order"] });
  const { failures, longestMs, written } = await load.stop();
  expect(failures).toEqual([]);
  expect(written).toBeGreaterThan(10);
  expect(longestMs).toBeLessThan(1000);
});

test("an upgrade that replaces every function and puts rights right, while the relay files", async () => {
  await migrate(session.db);
  await track(session.db, { tables: ["app_order"] });
  const load = startLoad(relay);
  for (let round = 0; round < 3; round += 1) {
    await session.sql.unsafe(
      "DELETE FROM annals.routine; REVOKE ALL ON ALL TABLES IN SCHEMA annals FROM annals_reader",
    );
    const done = await migrate(session.db);
    expect(done.routines.length).toBeGreaterThan(5);
    expect(done.rights.length).toBeGreaterThan(5);
  }
  const { failures, longestMs, written } = await load.stop();
  expect(failures).toEqual([]);
  expect(longestMs).toBeLessThan(1000);
  for (;;) {
    const [row] = await session.sql`select annals.relay(100000)::int as taken`;
    if (!row?.taken) break;
  }
  const [row] =
    await session.sql`select count(*)::int as filed from annals.audit_log where action = 'CREATE'`;
  expect(row?.filed).toBe(written);
});

test("a migration that needs the outbox for itself, while a dump holds it", async () => {
  await migrate(session.db);
  await track(session.db, { tables: ["app_order"] });
  const load = startLoad();
  const dump = openSession(database.url);
  await dump.sql.unsafe("BEGIN; LOCK TABLE annals.outbox IN ACCESS SHARE MODE");
  const held = sleep(4000).then(() => dump.sql`commit`);
  const file = { name: "9001_more", sha256: "a", text: "ALTER TABLE annals.outbox ADD COLUMN more text" };
  const patience = { until: Date.now() + 20_000, role: "annals_owner" };
  const start = performance.now();
  expect(await applyMigrations(session.db, patience, [...migrations, file], version)).toEqual(["9001_more"]);
  expect(performance.now() - start).toBeGreaterThan(3500);
  await held;
  await dump.close();
  const { failures, longestMs, written } = await load.stop();
  expect(failures).toEqual([]);
  expect(longestMs).toBeLessThan(1000);
  const [row] = await session.sql`select sum(rows)::int as captured from annals.outbox`;
  expect(row?.captured).toBe(written);
});
