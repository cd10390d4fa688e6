import { setTimeout as sleep } from "node:timers/promises";
import postgres from "postgres";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { openTestDatabase, type TestDatabase } from "../../../testing/database.ts";
import type { Snapshot } from "../../executor.ts";
import { snapshotsOf } from "./open-snapshot.ts";

let database: TestDatabase;
let sql: postgres.Sql;
let snapshot: Snapshot;

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  sql = postgres(database.url, { max: 1, onnotice: () => {} });
  snapshot = await snapshotsOf(sql).openSnapshot();
});
afterEach(() => sql.end({ timeout: 1 }));

const many = "SELECT repeat('x', 1000) FROM generate_series(1, $1::int)";

async function textOf(rows: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of rows) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

test("a snapshot is read only, and sees nothing that comes later", async () => {
  const count = async () => (await snapshot.query("SELECT count(*)::int AS n FROM annals.outbox"))[0];
  expect(await count()).toEqual({ n: 0 });
  await database.sql`SELECT annals.record('audit', '{"action": "REFUND"}')`;
  expect(await count()).toEqual({ n: 0 });
  expect(await textOf(snapshot.copyOut("SELECT count(*) FROM annals.outbox", []))).toBe("0\n");
  await expect(snapshot.query("CREATE TABLE here (a int)")).rejects.toMatchObject({ code: "25006" });
  await snapshot.close();
});

test.each(["it's", "\\", "\\'; DROP TABLE x; --", "$1", "$2 $&", "ä\u{1f600}"])(
  "the value %j of a COPY is a value and nothing else",
  async (value) => {
    const rows = snapshot.copyOut("SELECT $1::text, $2::text, $1 = $1", [value, "second"]);
    expect(await textOf(rows)).toBe(`${value.replaceAll("\\", "\\\\")}\tsecond\tt\n`);
    await snapshot.close();
  },
);

test("after rows that came faster than they were taken, the connection goes on", async () => {
  for (const count of [20, 60, 64, 100, 700]) {
    const rows = snapshot.copyOut(many, [String(count)])[Symbol.asyncIterator]();
    let bytes = 0;
    for (let next = await rows.next(); !next.done; next = await rows.next()) {
      bytes += next.value.length;
      await sleep(30);
    }
    expect(bytes).toBe(count * 1001);
    expect(await snapshot.query("SELECT 1 AS one")).toEqual([{ one: 1 }]);
  }
  await snapshot.close();
  expect(await sql`SELECT 2 AS two`).toEqual([{ two: 2 }]);
});

test("no more rows are read than are taken", async () => {
  const rows = snapshot.copyOut(many, ["100000"])[Symbol.asyncIterator]();
  await rows.next();
  await sleep(300);
  const [row] =
    await database.sql`SELECT wait_event FROM pg_stat_activity WHERE query LIKE 'COPY%' AND datname = current_database()`;
  expect(row).toEqual({ wait_event: "ClientWrite" });
  await snapshot.cancel();
  await snapshot.close();
});

test("a cancelled statement ends, be it a COPY that nobody takes or one that computes, and the pool has its connection", async () => {
  const rows = snapshot.copyOut(many, ["1000000"])[Symbol.asyncIterator]();
  await rows.next();
  await snapshot.cancel();
  await expect(rows.next()).rejects.toMatchObject({ code: "57014" });
  await expect(textOf(snapshot.copyOut("SELECT 1", []))).rejects.toThrow("cancelled");
  await snapshot.close();

  const second = await snapshotsOf(sql).openSnapshot();
  const sleeping = second.query("SELECT pg_sleep(60)");
  sleeping.catch(() => {});
  await sleep(100);
  await second.cancel();
  await expect(sleeping).rejects.toMatchObject({ code: "57014" });
  await second.close();

  const third = await snapshotsOf(sql).openSnapshot();
  await third.cancel();
  await third.close();
  expect(await sql`SELECT 3 AS three`).toEqual([{ three: 3 }]);
});

test("where the connection is lost, what reads fails, closing does not, and the pool connects anew", async () => {
  const rows = snapshot.copyOut(many, ["100000"])[Symbol.asyncIterator]();
  await rows.next();
  await database.sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE query LIKE 'COPY%' AND datname = current_database() AND pid <> pg_backend_pid()`;
  const rest = async () => {
    while (!(await rows.next()).done);
  };
  await expect(rest()).rejects.toThrow();
  await snapshot.cancel();
  await snapshot.close();
  // The driver tells whoever comes next of it as well, as it does when any statement loses its connection.
  await sql`SELECT 1`.catch((error) => expect(error).toMatchObject({ code: "57P01" }));
  expect(await sql`SELECT 4 AS four`).toEqual([{ four: 4 }]);
});
