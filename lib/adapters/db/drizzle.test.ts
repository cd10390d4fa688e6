import { sql as statement } from "drizzle-orm";
import { integer, jsonb, pgTable, text } from "drizzle-orm/pg-core";
import { drizzle } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openTestDatabase, type TestDatabase } from "../../../testing/database.ts";
import { startDistance } from "../../../testing/distance.ts";
import { createContextStore } from "../../context/store.ts";
import { drizzleWithAnnals } from "./drizzle.ts";
import { executorFor, transactionOn } from "./postgres-js.ts";

const note = pgTable("note", { id: integer().primaryKey(), body: text(), data: jsonb() });
const store = createContextStore({ onError: () => {}, actorTimeoutMs: 1000 });
const annals = { context: store.current };
let database: TestDatabase;

beforeAll(async () => {
  database = await openTestDatabase();
  await database.sql`create table note (id int primary key, body text, data jsonb,
    context jsonb default nullif(current_setting('annals.context', true), '')::jsonb)`;
});
afterAll(() => database.close());
beforeEach(async () => {
  await database.sql`truncate note`;
});

const as = <T>(fn: () => T) => store.run({ actor: { id: "ann" } }, fn);

async function actors(): Promise<(string | null)[]> {
  const rows = await database.sql`select context ->> 'actor_id' as actor from note order by id`;
  return rows.map((row) => row.actor as string | null);
}

test("every way of writing with drizzle carries the context, and answers as it should", async () => {
  const client = postgres(database.url, { max: 2, onnotice: () => {} });
  const db = drizzleWithAnnals(client, annals, { schema: { note } });
  await as(async () => {
    expect(
      await db
        .insert(note)
        .values({ id: 1, data: { a: 1 } })
        .returning(),
    ).toEqual([{ id: 1, body: null, data: { a: 1 } }]);
    await db
      .insert(note)
      .values([{ id: 2 }, { id: 1, body: "again" }])
      .onConflictDoUpdate({ target: note.id, set: { body: "upserted" } });
    await db.transaction(async (tx) => {
      await tx.insert(note).values({ id: 3 });
      await tx.transaction((inner) => inner.insert(note).values({ id: 4 }));
    });
    await db.execute(statement`insert into note (id) values (${5})`);
    const prepared = db
      .insert(note)
      .values({ id: statement.placeholder("id") })
      .prepare("insert_note");
    await prepared.execute({ id: 6 });
    await prepared.execute({ id: 7 });
    expect(await db.query.note.findFirst({ where: (row, { eq }) => eq(row.id, 1) })).toMatchObject({ id: 1 });
  });
  expect(await db.select({ body: note.body }).from(note).orderBy(note.id).limit(1)).toEqual([
    { body: "upserted" },
  ]);
  expect(await actors()).toEqual(["ann", "ann", "ann", "ann", "ann", "ann", "ann"]);
  await client.end();
});

test("statements and transactions take as many round trips as without a context", async () => {
  const distance = await startDistance(database.url);
  const client = postgres(distance.url, { max: 1, onnotice: () => {} });
  await client`select 1`;
  let id = 100;
  const turns = async (db: ReturnType<typeof drizzle>) => [
    await distance.turnsOf(() => db.insert(note).values({ id: ++id }).returning()),
    await distance.turnsOf(() => db.update(note).set({ body: "e" })),
    await distance.turnsOf(() => db.execute(statement`delete from note where id = ${id}`)),
    await distance.turnsOf(() =>
      db.transaction(async (tx) => void (await tx.insert(note).values({ id: ++id }))),
    ),
  ];
  const plain = await turns(drizzle(client));
  const ours = await as(() => turns(drizzleWithAnnals(client, annals)));
  expect(ours).toEqual(plain);
  expect(ours).toEqual([2, 2, 2, 4]);
  expect(await actors()).toEqual([null, "ann"]);
  await client.end();
  await distance.close();
});

test("transactionOn carries the context with a plain client and a plain database", async () => {
  const client = postgres(database.url, { max: 2, onnotice: () => {} });
  const db = drizzle(client);
  await as(() => transactionOn(db, annals, (tx: typeof db) => tx.insert(note).values({ id: 1 })));
  await as(() => transactionOn(client, annals, (tx: postgres.Sql) => tx`insert into note (id) values (2)`));
  await as(() =>
    transactionOn(drizzleWithAnnals(client, annals), annals, (tx: typeof db) =>
      tx.insert(note).values({ id: 3 }),
    ),
  );
  await transactionOn(db, annals, (tx: typeof db) => tx.insert(note).values({ id: 4 }));
  expect(await actors()).toEqual(["ann", "ann", "ann", null]);
  const failing = transactionOn(db, annals, async (tx: typeof db) => {
    await tx.insert(note).values({ id: 5 });
    throw new Error("no");
  });
  await expect(failing).rejects.toThrow("no");
  expect(await actors()).toHaveLength(4);
  await client.end();
});

test("executorFor writes in the transaction of drizzle that it is given", async () => {
  const client = postgres(database.url, { max: 1, onnotice: () => {} });
  const db = drizzle(client);
  const text = `it's a \\ "quoted" $1 text; drop table note --`;
  await db.transaction(async (tx) => {
    await executorFor(tx).query("insert into note (id, body, data) values ($1, $2, $3)", [
      1,
      text,
      JSON.stringify({ text }),
    ]);
    const rows = await executorFor(tx).query(
      "select body, data ->> 'text' as inside, $1::text as missing from note",
      [null],
    );
    expect(rows).toEqual([{ body: text, inside: text, missing: null }]);
  });
  await expect(
    db.transaction(async (tx) => {
      await executorFor(tx).query("insert into note (id) values ($1)", [2]);
      throw new Error("undo");
    }),
  ).rejects.toThrow("undo");
  expect(await actors()).toEqual([null]);
  expect(() => executorFor("nonsense" as never)).toThrow(/no database handle/);
  await client.end();
});
