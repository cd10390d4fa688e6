// How much of its time a worker takes, on a real backlog and by the clock of the server.
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { openTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { openSession } from "../../testing/session.ts";
import { executorOf } from "../adapters/db/postgres-js.ts";
import type { Executor } from "../executor.ts";
import { BatchSize } from "./batch-size.ts";
import { catchUp } from "./catch-up.ts";
import { type Behind, Share } from "./share.ts";
import { startRelay } from "./start-relay.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

const append = (count: number) => database.sql`
  select annals.record('audit', json_build_object('action', 'PING')) from generate_series(1, ${count})`;
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const number = async (query: PromiseLike<Record<string, unknown>[]>) => Number((await query)[0]?.n);

async function until(condition: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 20_000;
  for (; !(await condition()); await sleep(100)) {
    if (performance.now() > deadline) throw new Error("it did not happen in time");
  }
}

/** Notes what each statement took, as the server measured it. */
function metered(db: Executor) {
  const meter = { ms: 0, rows: 0 };
  const executor: Executor = {
    async query<Row>(text: string, values?: readonly unknown[]) {
      const rows = await db.query<Row>(text, values);
      const { taken, seconds } = rows[0] as { taken: string; seconds: number };
      meter.ms += seconds * 1000;
      meter.rows += Number(taken);
      return rows;
    },
  };
  return { executor, meter };
}

describe("a worker", () => {
  test.each([0.1, 0.25, 0.5])(
    "with a share of %d takes that part while somebody writes, and catches up after",
    async (maxShare) => {
      const other = openSession(database.url);
      await append(120_000);
      let writing = true;
      const writer = (async () => {
        for (; writing; await sleep(20)) await append(5);
      })();
      const { executor, meter } = metered(executorOf(database.sql));
      const relay = startRelay(executor, { maxShare });
      await sleep(1000); // the first batches of a session also plan
      // A machine with other work may disturb one window: never much more than asked for, and in one of them that.
      const shares: number[] = [];
      while (shares.length < 6 && !shares.some((share) => Math.abs(share / maxShare - 1) < 0.2)) {
        const began = { ...meter, at: performance.now() };
        await sleep(1500);
        shares.push((meter.ms - began.ms) / (performance.now() - began.at));
      }
      const [waiting] = await other.sql`select annals.lag() as lag, annals.waiting(1)::int as waiting`;
      writing = false;
      await writer;
      expect(waiting?.waiting).toBeGreaterThan(1);
      expect(waiting?.lag).toBeGreaterThan(1);
      expect(Math.max(...shares) / maxShare).toBeLessThan(2);
      expect(Math.abs((shares.at(-1) as number) / maxShare - 1)).toBeLessThan(0.2);
      // Nobody writes any more: it goes as fast as it can, after a moment.
      const left = await number(other.sql`select annals.waiting(200000) as n`);
      const stopped = performance.now();
      const before = meter.ms;
      await until(async () => (await number(other.sql`select annals.waiting(0) as n`)) === 0);
      expect(left).toBeGreaterThan(10_000);
      expect((meter.ms - before) / (performance.now() - stopped - 1500)).toBeGreaterThan(0.6);
      await relay.stop();
      await other.close();
    },
    60_000,
  );

  test("without a share asks for nothing more, and with one that is none does not start", async () => {
    const asked: string[] = [];
    const db: Executor = {
      async query<Row>(text: string) {
        asked.push(text);
        return [{ taken: "0" }] as Row[];
      },
    };
    await startRelay(db).stop();
    expect(asked).toHaveLength(1);
    expect(asked[0]).not.toContain("arrived");
    for (const maxShare of [0, -1, 1.1, Number.NaN]) {
      expect(() => startRelay(db, { maxShare })).toThrow(/maxShare/);
    }
  });

  test("says once a minute that more comes in than its share files", async () => {
    vi.useFakeTimers();
    let arrived = 0;
    const db: Executor = {
      async query<Row>() {
        arrived += 500;
        return [
          { taken: "100", isolation: "read committed", seconds: 0.01, arrived: String(arrived) },
        ] as Row[];
      },
    };
    const told: Behind[] = [];
    const relay = startRelay(db, { maxShare: 0.1, onBehind: (behind) => told.push(behind) });
    await vi.advanceTimersByTimeAsync(125_000);
    await relay.stop();
    vi.useRealTimers();
    expect(told).toHaveLength(2);
    expect(told[0]?.grownBy).toBeGreaterThan(100_000);
  });

  test("files with smaller batches where the server lets none last long, and grows again", async () => {
    await append(3000);
    const { db, sql, close } = openSession(database.url);
    const sizes: number[] = [];
    const limited: Executor = {
      async query<Row>(text: string, values: readonly unknown[] = []) {
        sizes.push(Number(values[0]));
        await sql.unsafe(`SET statement_timeout = ${Number(values[0]) > 300 ? 1 : 0}`);
        return db.query<Row>(text, values);
      },
    };
    const errors: unknown[] = [];
    const relay = startRelay(limited, { onError: (error) => errors.push(error) });
    await until(async () => (await number(database.sql`select annals.waiting(0) as n`)) === 0);
    await relay.stop();
    expect(errors).toEqual([]);
    expect(sizes[0]).toBe(5000);
    expect(Math.min(...sizes)).toBeLessThan(2000);
    await append(3000);
    expect(await catchUp(limited, { maxMs: 60_000 })).toBe(3000);
    await close();
  });
});

describe("the size of a batch", () => {
  test("follows what the server takes for it, between one and what is wanted", () => {
    const size = new BatchSize(5000);
    size.grow(1000, 250);
    expect(size.rows).toBe(1250);
    size.grow(125, 250);
    expect(size.rows).toBe(2500);
    size.grow(10, 250);
    expect(size.rows).toBe(5000);
    size.grow(10 ** 9, 250);
    expect(size.rows).toBe(1);
    expect(size.shrink({ code: "57014" })).toBe(false);
    size.grow();
    expect(size.rows).toBe(2);
    expect(size.shrink(new Error("something else"))).toBe(false);
    expect(size.shrink({ code: "57014" })).toBe(true);
  });
});

describe("a share", () => {
  test("limits while numbers are given out, and for half a second after", () => {
    const share = new Share(0.25);
    expect(share.cycleMs({ taken: 9, ms: 100, arrived: 10 }, 0)).toBe(400);
    expect(share.cycleMs({ taken: 9, ms: 100, arrived: 10 }, 400)).toBe(400);
    expect(share.cycleMs({ taken: 9, ms: 100, arrived: 10 }, 800)).toBe(0);
    expect(share.cycleMs({ taken: 9, ms: 100, arrived: 11 }, 900)).toBe(400);
  });
});
