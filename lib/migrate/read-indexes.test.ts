import { afterEach, beforeEach, expect, test } from "vitest";
import { openEmptyDatabase, type TestDatabase } from "../../testing/database.ts";
import { fillRecords } from "../../testing/fill-records.ts";
import { openSession, type Session } from "../../testing/session.ts";
import { missingReadIndexes } from "./build-read-indexes.ts";
import { migrate } from "./migrate.ts";
import { planMigration } from "./plan-migration.ts";

let database: TestDatabase;
const opened: Session[] = [];
const roles: string[] = [];

beforeEach(async () => {
  database = await openEmptyDatabase();
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map((session) => session.close()));
  for (const role of roles.splice(0))
    await database.sql.unsafe(`DROP OWNED BY ${role} CASCADE; DROP ROLE ${role}`);
  await database.close();
});

/** As the superuser of the tests, or as another role. */
function open(role?: string): Session {
  const session = openSession(database.url, role);
  opened.push(session);
  return session;
}

/** A role without any right on the server; `rights` is run by a superuser. */
async function makeRole(rights: (role: string) => string): Promise<string> {
  const role = `read_indexes_${process.pid}_${Math.random().toString(36).slice(2, 8)}`;
  await database.sql.unsafe(`CREATE ROLE ${role} LOGIN; ${rights(role)}`);
  roles.push(role);
  return role;
}

async function mayCreate(role: string): Promise<string> {
  const [row] = await database.sql`SELECT current_database() AS name`;
  return `GRANT CREATE ON DATABASE ${row?.name} TO ${role}`;
}

const records = ["audit_log", "data_export", "login_attempt", "system_event"];

/** Which of the tables in schema annals have a read index that is whole. */
async function indexed(): Promise<string[]> {
  const rows = await database.sql`
    SELECT indrelid::regclass::text AS name FROM pg_index JOIN pg_class c ON c.oid = indexrelid
    WHERE indisvalid AND pg_get_indexdef(indexrelid) LIKE '%USING gin%gin_trgm_ops%' ORDER BY 1`;
  return rows.map(({ name }) => name.replace("annals.", ""));
}

async function extensionSchemas(): Promise<string[]> {
  const rows =
    await database.sql`SELECT extname || ' in ' || extnamespace::regnamespace AS told FROM pg_extension
    WHERE extname IN ('btree_gin', 'pg_trgm') ORDER BY 1`;
  return rows.map(({ told }) => told);
}

test("every record and every partition gets one, out of extensions that are made in public", async () => {
  const { db } = open();
  const done = await migrate(db);
  expect(done.extensions).toEqual([
    "CREATE EXTENSION IF NOT EXISTS btree_gin SCHEMA public",
    "CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public",
  ]);
  expect(done.indexes).toHaveLength(4);
  expect(await extensionSchemas()).toEqual(["btree_gin in public", "pg_trgm in public"]);
  const found = await indexed();
  expect(found).toHaveLength(4 * 6);
  expect(found).toEqual(expect.arrayContaining([...records, "audit_log_default"]));
  const again = await migrate(db);
  expect([again.extensions, again.indexes, await missingReadIndexes(db)]).toEqual([[], [], []]);
});

test("a plan names the extensions, and nothing once they are there", async () => {
  const { db } = open();
  expect((await planMigration(db)).extensions).toHaveLength(2);
  expect(await extensionSchemas()).toEqual([]);
  await migrate(db);
  expect(await planMigration(db)).toMatchObject({ extensions: [], indexes: [] });
});

test("a role that may create in the database makes the extensions itself", async () => {
  const role = await makeRole(() => "SELECT 1");
  await database.sql.unsafe(await mayCreate(role));
  const done = await migrate(open(role).db, { singleRole: true });
  expect(done.extensions).toHaveLength(2);
  expect(done.notes.join()).not.toContain("extension");
  expect(await indexed()).toHaveLength(4 * 6);
});

test("a role that may not migrates all the same, and says what is missing and how to mend it", async () => {
  const role = await makeRole((name) => `CREATE SCHEMA annals AUTHORIZATION ${name}`);
  const { db, sql } = open(role);
  const done = await migrate(db, { singleRole: true });
  expect([done.extensions, done.indexes]).toEqual([[], []]);
  expect(done.notes.join()).toContain("the extensions btree_gin and pg_trgm are missing");
  expect(done.notes.join()).toContain("CREATE EXTENSION pg_trgm SCHEMA public");
  const missing = await missingReadIndexes(db);
  expect(missing.map(({ obstacle }) => obstacle)).toEqual(
    Array(4).fill("the extensions btree_gin and pg_trgm are missing"),
  );
  await sql`select annals.record('audit', '{"action": "REFUND"}')`;
  expect(Number((await sql`select annals.relay() as taken`)[0]?.taken)).toBe(1);

  await database.sql`CREATE EXTENSION btree_gin SCHEMA public`;
  expect((await migrate(db, { singleRole: true })).notes.join()).toContain(
    "the extension pg_trgm is missing",
  );
  await database.sql`CREATE EXTENSION pg_trgm SCHEMA public`;
  const mended = await migrate(db, { singleRole: true });
  expect(mended.notes.join()).not.toContain("extension");
  // The month with the row first and by itself, then the records with what is left of them.
  expect(mended.indexes.map((text) => text.split(" ")[2])).toEqual([
    expect.stringMatching(/^audit_log_\d{6}_find$/),
    ...records.map((name) => `${name}_find`),
  ]);
  expect(await indexed()).toHaveLength(4 * 6);
});

test("extensions in a schema of their own stay there, and a month that is made later gets its index", async () => {
  const admin = open();
  await admin.sql.unsafe(`CREATE SCHEMA extras; CREATE EXTENSION pg_trgm SCHEMA extras;
    CREATE EXTENSION btree_gin SCHEMA extras`);
  const done = await migrate(admin.db);
  expect(done.extensions).toEqual([`GRANT USAGE ON SCHEMA "extras" TO "annals_owner"`]);
  expect(await extensionSchemas()).toEqual(["btree_gin in extras", "pg_trgm in extras"]);
  expect(await indexed()).toHaveLength(4 * 6);
  await admin.sql`SET ROLE annals_relay`;
  await admin.sql`SELECT annals.ensure_partitions(5)`;
  await admin.sql`RESET ROLE`;
  expect(await indexed()).toHaveLength(4 * 8);
});

test("a schema that the owner may not use stands in the way, and filing goes on", async () => {
  await database.sql.unsafe(`CREATE SCHEMA extras; CREATE EXTENSION pg_trgm SCHEMA extras;
    CREATE EXTENSION btree_gin SCHEMA extras`);
  const role = await makeRole(() => "SELECT 1");
  await database.sql.unsafe(await mayCreate(role));
  const { db, sql } = open(role);
  const done = await migrate(db, { singleRole: true });
  expect(done.indexes).toEqual([]);
  expect(done.notes.join()).toContain(`role ${role} may not use schema extras`);
  // A partition that could not get an index of its record could not be made.
  await sql`SELECT annals.ensure_partitions(5)`;
  await database.sql.unsafe(`GRANT USAGE ON SCHEMA extras TO ${role}`);
  expect((await migrate(db, { singleRole: true })).indexes).toHaveLength(4);
  await sql`SELECT annals.ensure_partitions(7)`;
  expect(await indexed()).toHaveLength(4 * 10);
});

test("months that were filled before there was an index each get theirs", async () => {
  const { db, sql } = open();
  await migrate(db);
  for (const name of records) await sql.unsafe(`DROP INDEX annals.${name}_find`);
  for (const month of ["01", "02"]) {
    await fillRecords(database.sql, "login_attempt", [
      { recorded_at: `2026-${month}-05T00:00:00Z`, username: "bob" },
    ]);
  }
  expect(await indexed()).toEqual([]);
  const { indexes } = await migrate(db);
  expect(indexes.map((text) => text.split(" ")[2])).toEqual([
    "audit_log_find",
    "data_export_find",
    "login_attempt_202601_find",
    "login_attempt_202602_find",
    "login_attempt_find",
    "system_event_find",
  ]);
  expect(await indexed()).toHaveLength(4 * 6 + 2);
});
