import postgres from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestDatabase, type TestDatabase } from "../../../testing/database.ts";
import { openSilentProxy } from "../../../testing/silent-proxy.ts";
import { PatientClient } from "./patient-client.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

test("a server that stops without a word is given up after a while, and found again", async () => {
  const proxy = await openSilentProxy(database.url);
  const client = new PatientClient(() => postgres(proxy.url, { max: 1, onnotice: () => {} }), 1000);
  const ask = () => client.db.query("SELECT 1 AS one");
  expect(await ask()).toEqual([{ one: 1 }]);
  proxy.silent = true;
  await expect(ask()).rejects.toMatchObject({
    code: "DATABASE_UNREACHABLE",
    message: /not answered for 1 sec/,
  });
  proxy.silent = false;
  expect(await ask()).toEqual([{ one: 1 }]);
  await client.sql.end();
  proxy.close();
});

test("a query that takes long is waited for while others are answered, and its own error is kept", async () => {
  const client = new PatientClient(() => postgres(database.url, { max: 2, onnotice: () => {} }), 1000);
  let done = false;
  const long = client.db.query("SELECT 'slept' AS how, pg_sleep(2.5)").finally(() => {
    done = true;
  });
  while (!done) await client.db.query("SELECT pg_sleep(0.1)");
  expect(await long).toMatchObject([{ how: "slept" }]);
  await expect(client.db.query("SELECT 1 / 0")).rejects.toMatchObject({ code: "22012" });
  await client.sql.end();
});
