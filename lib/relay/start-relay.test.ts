import postgres from "postgres";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { openTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { executorOf } from "../adapters/db/postgres-js.ts";
import type { Executor } from "../executor.ts";
import { catchUp } from "./catch-up.ts";
import { startRelay } from "./start-relay.ts";

let database: TestDatabase;
let db: Executor;
beforeAll(async () => {
  database = await openTestDatabase();
  db = executorOf(database.sql);
});
afterAll(() => database.close());
afterEach(() => vi.useRealTimers());

async function append(count: number): Promise<void> {
  await database.sql`select annals.record('audit', json_build_object('action', 'PING')) from generate_series(1, ${count})`;
}

async function filed(): Promise<number> {
  const [row] = await database.sql`select seq::int as seq from annals.head`;
  return row?.seq as number;
}

async function until(condition: () => Promise<boolean>, ms = 10_000): Promise<void> {
  const deadline = Date.now() + ms;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error("it did not happen in time");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe("catchUp", () => {
  test("files everything, batch by batch, and tells how much", async () => {
    const before = await filed();
    await append(250);
    expect(await catchUp(db, { maxRows: 100, maxMs: 60_000 })).toBe(250);
    expect(await filed()).toBe(before + 250);
    expect(await catchUp(db)).toBe(0);
  });

  test("begins no batch when its time is up", async () => {
    await append(30);
    expect(await catchUp(db, { maxRows: 10, maxMs: 0 })).toBe(10);
    expect(await catchUp(db, { maxMs: 60_000 })).toBe(20);
  });

  test("rejects with the database's error", async () => {
    await expect(catchUp(db, { maxRows: 0 })).rejects.toMatchObject({ code: "22023" });
  });

  test("reads the answer of a client that renames columns", async () => {
    const camel = postgres(database.url, {
      max: 1,
      transform: postgres.toPascal as never,
      onnotice: () => {},
    });
    await append(3);
    expect(await catchUp(executorOf(camel), { maxMs: 60_000 })).toBe(3);
    await camel.end();
  });
});

/** An executor that answers from a list, after so many milliseconds each, and remembers when it was asked. */
function scripted(answers: (number | Error)[], ...takes: number[]) {
  const asked: number[] = [];
  const executor: Executor = {
    async query<Row>() {
      asked.push(Date.now());
      const ms = takes.shift();
      if (ms !== undefined) await new Promise((resolve) => setTimeout(resolve, ms));
      const answer = answers.shift() ?? 0;
      if (answer instanceof Error) throw answer;
      return [{ taken: String(answer) }] as Row[];
    },
  };
  const pauses = () => asked.slice(1).map((at, i) => at - (asked[i] ?? at));
  return { executor, pauses };
}

describe("startRelay", () => {
  test("files what is written while it runs, and stops", async () => {
    const relay = startRelay(db);
    const before = await filed();
    await append(7);
    await until(async () => (await filed()) === before + 7);
    await relay.stop();
    await relay.stop();
    await append(1);
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(await filed()).toBe(before + 7);
    await catchUp(db);
  });

  test("looks every 50 ms while there is a little work, and ever less often while there is none", async () => {
    vi.useFakeTimers();
    const { executor, pauses } = scripted([5, 5, 5, 0, 0, 0, 0, 0, 0, 5, 0]);
    const relay = startRelay(executor);
    await vi.advanceTimersByTimeAsync(3000);
    await relay.stop();
    expect(pauses().slice(0, 12)).toEqual([50, 50, 50, 50, 100, 200, 400, 500, 500, 50, 50, 100]);
  });

  test("goes on at once after a batch that took its time", async () => {
    vi.useFakeTimers();
    const { executor, pauses } = scripted([5, 5, 5, 5], 40, 300, 50);
    const relay = startRelay(executor);
    await vi.advanceTimersByTimeAsync(1000);
    await relay.stop();
    expect(pauses().slice(0, 3)).toEqual([50, 300, 50]);
  });

  test("survives failures with longer pauses, reports each kind once, and is quick again afterwards", async () => {
    vi.useFakeTimers();
    const away = new Error("away");
    const reported: unknown[] = [];
    const full = new Error("full");
    const { executor, pauses } = scripted([away, away, away, full, full, away, away, 5, 0, away]);
    let back = 0;
    const relay = startRelay(executor, {
      onError: (error, doing) => {
        reported.push([error, doing]);
        if (reported.length === 2) throw new Error("onError is broken");
      },
      onBack: () => {
        back += 1;
      },
    });
    const printed = vi.spyOn(console, "error").mockImplementation(() => {});
    await vi.advanceTimersByTimeAsync(60_000);
    await relay.stop();
    expect(pauses().slice(0, 8)).toEqual([500, 1000, 2000, 4000, 8000, 10_000, 10_000, 50]);
    expect(reported).toEqual([away, full, away, away].map((error) => [error, "filing events"]));
    expect(back).toBe(2);
    expect(printed).toHaveBeenCalledWith("annals: onError failed: onError is broken");
    printed.mockRestore();
  });

  test("a server that stops without a word is told of once, and the relay goes on when it answers", async () => {
    vi.useFakeTimers();
    let silent = true;
    let asked = 0;
    const executor: Executor = {
      query<Row>() {
        asked += 1;
        return silent ? new Promise<never>(() => {}) : Promise.resolve([{ taken: "0" }] as Row[]);
      },
    };
    const told: unknown[] = [];
    const relay = startRelay(executor, {
      onError: (error) => told.push(error),
      onBack: () => told.push("back"),
    });
    await vi.advanceTimersByTimeAsync(200_000);
    expect(told).toMatchObject([{ code: "DATABASE_UNREACHABLE", message: /not answered for 60 seconds/ }]);
    const before = asked;
    silent = false;
    await vi.advanceTimersByTimeAsync(70_000);
    expect(asked).toBeGreaterThan(before + 10);
    expect(told.slice(1)).toEqual(["back"]);
    await relay.stop();
  });

  test("stop leaves a server that does not answer, and says nothing of it", async () => {
    let fail = (_: Error): void => {};
    const executor: Executor = {
      query: () =>
        new Promise((_, reject) => {
          fail = reject;
        }),
    };
    const errors: unknown[] = [];
    const relay = startRelay(executor, { onError: (error) => errors.push(error) });
    await new Promise((resolve) => setTimeout(resolve, 10));
    const started = Date.now();
    await relay.stop();
    expect(Date.now() - started).toBeLessThan(2500);
    fail(new Error("ended"));
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(errors).toEqual([]);
  });

  test("stop waits for the batch in hand, and for no pause", async () => {
    let release = (): void => {};
    let finished = false;
    const executor: Executor = {
      async query<Row>() {
        await new Promise<void>((resolve) => {
          release = resolve;
        });
        finished = true;
        return [{ taken: "0" }] as Row[];
      },
    };
    const relay = startRelay(executor);
    await new Promise((resolve) => setTimeout(resolve, 10));
    const stopped = relay.stop().then(() => finished);
    setTimeout(() => release(), 50);
    expect(await stopped).toBe(true);
    const idle = startRelay({ query: async () => [] });
    await new Promise((resolve) => setTimeout(resolve, 200));
    const started = Date.now();
    await idle.stop();
    expect(Date.now() - started).toBeLessThan(50);
  });

  test("goes on when its connection is killed", async () => {
    const client = postgres(database.url, {
      max: 1,
      onnotice: () => {},
      connection: { application_name: "the relay" },
    });
    const errors: unknown[] = [];
    const relay = startRelay(executorOf(client), { onError: (error) => errors.push(error) });
    const before = await filed();
    await append(1);
    await until(async () => (await filed()) === before + 1);
    await database.sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'the relay'`;
    await append(1);
    await until(async () => (await filed()) === before + 2);
    await relay.stop();
    await client.end();
    expect(errors.length).toBeLessThan(5);
  });

  test("two at once file each event once", async () => {
    const other = postgres(database.url, { max: 1, onnotice: () => {} });
    const relays = [startRelay(db, { maxRows: 10 }), startRelay(executorOf(other), { maxRows: 10 })];
    const before = await filed();
    for (let i = 0; i < 20; i++) await append(25);
    await until(async () => (await filed()) >= before + 500);
    await Promise.all(relays.map((relay) => relay.stop()));
    expect(await filed()).toBe(before + 500);
    await other.end();
  });
});
