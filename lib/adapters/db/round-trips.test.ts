import postgres from "postgres";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openTestDatabase, type TestDatabase } from "../../../testing/database.ts";
import { type Distance, startDistance } from "../../../testing/distance.ts";
import { createContextStore } from "../../context/store.ts";
import { withAnnals } from "./postgres-js.ts";

const store = createContextStore({ onError: () => {}, actorTimeoutMs: 1000 });
const annals = { context: store.current };
let database: TestDatabase;
let distance: Distance;

beforeAll(async () => {
  database = await openTestDatabase();
  await database.sql`create table note (id int primary key, body text,
    context jsonb default nullif(current_setting('annals.context', true), '')::jsonb)`;
  distance = await startDistance(database.url);
});
afterAll(async () => {
  await distance.close();
  await database.close();
});
beforeEach(async () => {
  await database.sql`truncate note`;
});

const as = <T>(fn: () => T) => store.run({ actor: { id: "ann" }, userAgent: "x".repeat(400) }, fn);

describe("round trips over a distance", () => {
  let far: postgres.Sql;
  let sql: postgres.Sql;
  let id = 0;
  beforeAll(async () => {
    far = postgres(distance.url, { max: 1, onnotice: () => {} });
    sql = withAnnals(far, annals);
    await far`select 1`;
  });
  afterAll(() => far.end());

  test("a single write that the connection knows takes one, with the context and without", async () => {
    const insert = (client: postgres.Sql) => client`insert into note (id, body) values (${++id}, ${"x"})`;
    await insert(far);
    expect(await distance.turnsOf(() => insert(far))).toBe(1);
    expect(await distance.turnsOf(() => as(() => insert(sql)))).toBe(1);
    const rows = await database.sql`select context ->> 'actor_id' as actor from note order by id`;
    expect(rows.map((row) => row.actor)).toEqual([null, null, "ann"]);
  });

  test("a single write that is new to the connection takes two, as it would without us", async () => {
    const insert = (client: postgres.Sql) =>
      client.unsafe("insert into note (id, body) values ($1, $2)", [++id, "x"], { prepare: false });
    expect(await distance.turnsOf(() => insert(far))).toBe(2);
    expect(await distance.turnsOf(() => as(() => insert(sql)))).toBe(2);
    const failing = (client: postgres.Sql) =>
      client
        .unsafe("insert into note (id, body) values ($1, $2)", [id, "x"], { prepare: false })
        .catch(() => {});
    expect(await distance.turnsOf(() => as(() => failing(sql)))).toBe(
      await distance.turnsOf(() => failing(far)),
    );
    expect(await far`select 1 as good`).toEqual([{ good: 1 }]);
  });

  test("a transaction takes as many as without a context", async () => {
    const work = (client: postgres.Sql) =>
      client.begin(async (tx) => {
        await tx`select 1`;
        await tx`insert into note (id, body) values (${++id}, ${"x"})`;
      });
    await work(far);
    const plain = await distance.turnsOf(() => work(far));
    expect(await distance.turnsOf(() => as(() => work(sql)))).toBe(plain);
    expect(plain).toBe(4);
  });
});
