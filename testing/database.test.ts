import { expect, test } from "vitest";
import { openEmptyDatabase, openTestDatabase } from "./database.ts";

test("two test databases share nothing", async () => {
  const [one, two] = await Promise.all([openTestDatabase(), openTestDatabase()]);
  await one.sql`create table only_here (id int)`;
  const found = await two.sql`select from pg_class where relname = 'only_here'`;
  expect(found).toHaveLength(0);
  await Promise.all([one.close(), two.close()]);
});

test("close drops the database while others are still connected", async () => {
  const [kept, closed] = await Promise.all([openEmptyDatabase(), openEmptyDatabase()]);
  const name = new URL(closed.url).pathname.slice(1);
  const { default: postgres } = await import("postgres");
  const other = postgres(closed.url, { max: 1 });
  await other`select 1`;
  await closed.close();
  const found = await kept.sql`select from pg_database where datname = ${name}`;
  expect(found).toHaveLength(0);
  await other.end();
  await kept.close();
});

test("a test database is migrated", async () => {
  const { sql, close } = await openTestDatabase();
  const found = await sql`select from pg_class where oid = to_regclass('annals.audit_log')`;
  expect(found).toHaveLength(1);
  await close();
});

test("an empty database has no schema annals", async () => {
  const { sql, close } = await openEmptyDatabase();
  const found = await sql`select from pg_namespace where nspname = 'annals'`;
  expect(found).toHaveLength(0);
  await close();
});
