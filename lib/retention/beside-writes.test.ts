// F19 in small: months are made, settled and dropped beside an application at work. Nothing is lost, nobody waits.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { openSession, type Session } from "../../testing/session.ts";
import { viewerOf } from "../access/viewer.ts";
import { executorOf } from "../adapters/db/postgres-js.ts";
import { track } from "../capture/track.ts";
import { countRecords } from "../query/count-records.ts";
import { dateStrip } from "../query/date-strip.ts";
import { listRecords } from "../query/list-records.ts";
import { parseSearch } from "../query/search-params.ts";
import { definitions } from "../records/kinds.ts";
import { fillMonths, relay } from "./fixtures.ts";
import { policiesOf } from "./policy.ts";
import { runRetention } from "./run-retention.ts";

let database: TestDatabase;
let session: Session;
const folder = mkdtempSync(join(tmpdir(), "annals-archive-"));
const viewer = viewerOf({ id: "1", username: "ada", label: "Ada", role: "superuser" });

beforeAll(async () => {
  database = await openTestDatabase();
  session = openSession(database.url);
  await session.sql`CREATE TABLE orders (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, total numeric)`;
  await track(session.db, { tables: ["orders"] });
});
afterAll(async () => {
  await session.close();
  await database.close();
  rmSync(folder, { recursive: true });
});

interface Load {
  /** Ends it. The longest wait of each kind in milliseconds, and how many writes were acknowledged. */
  stop(): Promise<{
    failures: string[];
    longestWrite: number;
    longestRead: number;
    written: number;
    read: number;
  }>;
}

/** Four writers of about 500 a second together, one relay, one reader of lists, counts and strips. */
function startLoad(): Load {
  const result = { failures: [] as string[], longestWrite: 0, longestRead: 0, written: 0, read: 0 };
  let running = true;
  const work = async (
    pauseMs: number,
    once: (worker: Session) => Promise<unknown>,
    measure: (ms: number) => void,
  ) => {
    const worker = openSession(database.url);
    while (running) {
      const began = performance.now();
      try {
        await once(worker);
        measure(performance.now() - began);
      } catch (error) {
        result.failures.push(String(error));
      }
      await sleep(pauseMs);
    }
    await worker.close();
  };
  const write = ({ sql }: Session) => sql`INSERT INTO orders (total) VALUES (1)`;
  const search = parseSearch(definitions.audit, { from: "all" }, new Date()).search;
  const read = async ({ sql }: Session) => {
    const db = executorOf(sql);
    const page = await listRecords(db, viewer, definitions.audit, search);
    await countRecords(db, viewer, definitions.audit, search);
    await dateStrip(db, viewer, definitions.audit, search);
    if (page.rows.length === 0) throw new Error("an empty page");
    result.read += 1;
  };
  const workers = [
    ...[1, 2, 3, 4].map(() =>
      work(6, write, (ms) => {
        result.longestWrite = Math.max(result.longestWrite, ms);
        result.written += 1;
      }),
    ),
    work(
      20,
      ({ sql }) => sql`SELECT annals.relay()`,
      () => {},
    ),
    work(5, read, (ms) => {
      result.longestRead = Math.max(result.longestRead, ms);
    }),
  ];
  return {
    async stop() {
      running = false;
      await Promise.all(workers);
      return result;
    },
  };
}

test("rollover, late events, and the drop of the oldest months under 500 writes a second", async () => {
  const { sql, db } = session;
  await fillMonths(sql, ["2023-10", "2023-11", "2023-12", "2024-01"], 100);
  const control = startLoad();
  await sleep(2000);
  const before = await control.stop();

  const load = startLoad();
  const admin = openSession(database.url);
  await sleep(200);
  for (let month = 4; month <= 9; month += 1) {
    await admin.sql`SELECT annals.ensure_partitions(${month})`;
    await sql`INSERT INTO annals.outbox (recorded_at, op, object_type, new_rows)
      SELECT ('2022-01-15'::date + ${month}::int * interval '1 month' + i * interval '1 minute') AT TIME ZONE 'UTC', 'E', 'audit', '{"action": "LATE"}'
      FROM generate_series(1, 50) AS i`;
    for (let turn = 0; turn < 15; turn += 1) {
      await sleep(30);
      await admin.sql`SELECT annals.ensure_partitions(${month})`;
    }
  }
  const policies = policiesOf({ archive: folder, audit: { keep: "1 year" } });
  const retired = await runRetention(admin.db, { policies, by: "ada", version: "1" });
  await sleep(200);
  const { failures, longestWrite, longestRead, written, read } = await load.stop();
  await admin.close();

  expect([...before.failures, ...failures]).toEqual([]);
  expect(retired.length).toBeGreaterThanOrEqual(10);
  expect(written).toBeGreaterThan(500);
  expect(read).toBeGreaterThan(20);
  // What the machine does to them anyway, measured just before, and 200 ms.
  expect(longestWrite).toBeLessThan(before.longestWrite + 200);
  expect(longestRead).toBeLessThan(before.longestRead + 200);

  await relay(sql);
  const [row] = await sql`SELECT (SELECT count(*)::int FROM orders) AS rows,
    (SELECT count(*)::int FROM annals.audit_log WHERE action = 'CREATE') AS filed, (SELECT count(*)::int FROM annals.rejected) AS rejected,
    (SELECT count(*)::int FROM annals.audit_log_default) AS strays, (SELECT count(*)::int FROM annals.rollup_differences()) AS differences,
    (SELECT seq::int FROM annals.head) - (SELECT sum(n)::int FROM (SELECT count(*) AS n FROM annals.audit_log
      UNION ALL SELECT count(*) FROM annals.login_attempt UNION ALL SELECT count(*) FROM annals.data_export
      UNION ALL SELECT count(*) FROM annals.system_event UNION ALL SELECT sum(rows) FROM annals.tombstone) AS c) AS missing`;
  const wanted = before.written + written;
  expect(row).toEqual({ rows: wanted, filed: wanted, rejected: 0, strays: 0, differences: 0, missing: 0 });
  expect(await dueAfter(db)).toBe(0);
}, 90_000);

async function dueAfter(db: Session["db"]): Promise<number> {
  const { dueMonths } = await import("./read-retention.ts");
  return (await dueMonths(db, policiesOf({ audit: { keep: "1 year" } }))).length;
}
