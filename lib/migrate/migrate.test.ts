import { afterEach, beforeEach, expect, test } from "vitest";
import { openEmptyDatabase, type TestDatabase } from "../../testing/database.ts";
import { openSession, type Session } from "../../testing/session.ts";
import packageJson from "../package.json" with { type: "json" };
import { migrations, routines } from "./embedded.ts";
import { type Migrated, type MigrateOptions, migrate } from "./migrate.ts";
import { planMigration } from "./plan-migration.ts";
import { version } from "./version.ts";

let database: TestDatabase;
let session: Session;

beforeEach(async () => {
  database = await openEmptyDatabase();
  session = openSession(database.url);
});

afterEach(async () => {
  await session.close();
  await database.close();
});

const run = (options?: MigrateOptions) => migrate(session.db, options);

function changes({ roleStatements, migrations, routines, partitions, rights }: Migrated) {
  return roleStatements.length + migrations.length + routines.length + partitions + rights.length;
}

test("a fresh database gets every migration, every function and the partitions of four months", async () => {
  const done = await run();
  expect(done.roles).toBe("own");
  expect(done.migrations).toEqual(migrations.map(({ name }) => name));
  expect(done.routines).toEqual(routines.map(({ name }) => name));
  expect(done.partitions).toBe(16);
  const journal =
    await session.sql`select name, sha256, applied_by, annals_version from annals.migration order by id`;
  expect(journal.map(({ name, sha256 }) => ({ name, sha256 }))).toEqual(
    migrations.map(({ name, sha256 }) => ({ name, sha256 })),
  );
  expect(journal[0]).toMatchObject({ applied_by: new URL(database.url).username, annals_version: version });
});

test("a second run changes nothing", async () => {
  await run();
  expect(changes(await run())).toBe(0);
});

test("the version in the journal is the one of the package", () => {
  expect(version).toBe(packageJson.version);
});

test("a connection that several statements leave different is left as it was", async () => {
  await session.sql`set search_path = public`;
  await run();
  const [row] = await session.sql`select current_user as role, current_setting('search_path') as path,
    current_setting('lock_timeout') as patience, (select count(*)::int from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()) as locks`;
  expect(row).toEqual({ role: new URL(database.url).username, path: "public", patience: "0", locks: 0 });
});

test("a role's own settings do not steer a migration", async () => {
  await session.sql`set default_transaction_read_only = on`;
  await session.sql`set statement_timeout = '1ms'`;
  // The lock and the look at the server are ordinary statements.
  await session.sql`set statement_timeout = '2s'`;
  await session.sql`set default_transaction_isolation = 'serializable'`;
  await session.sql`set standard_conforming_strings = off`;
  expect((await run()).migrations).toHaveLength(migrations.length);
});

test("an applied migration that was edited is refused, and nothing is changed", async () => {
  await run();
  await session.sql`update annals.migration set sha256 = 'f00'`;
  await session.sql`delete from annals.routine`;
  await expect(run()).rejects.toMatchObject({
    code: "MIGRATION_EDITED",
    message: expect.stringContaining("0001_outbox_and_records"),
  });
  expect(await session.sql`select from annals.routine`).toHaveLength(0);
});

test("a migration of a newer version is refused, naming that version", async () => {
  await run();
  await session.sql`insert into annals.migration (id, name, sha256, annals_version) values (999, '0999_later', 'x', '9.1.0')`;
  await expect(run()).rejects.toMatchObject({
    code: "MIGRATION_UNKNOWN",
    hint: expect.stringContaining("9.1.0"),
  });
  await expect(planMigration(session.db)).rejects.toMatchObject({ code: "MIGRATION_UNKNOWN" });
});

test("a function of a newer version is not replaced by an older one", async () => {
  await run();
  await session.sql`update annals.routine set version = 99, sha256 = 'x' where name = 'record'`;
  await expect(run()).rejects.toMatchObject({
    code: "MIGRATION_UNKNOWN",
    message: expect.stringContaining("annals.record is installed in version 99"),
  });
});

test("a function that changed is installed again with its owner and grants; one that was dropped too", async () => {
  await run();
  await session.sql`update annals.routine set sha256 = 'other' where name = 'relay'`;
  await session.sql`drop function annals.waiting`;
  const done = await run();
  expect(done.routines).toEqual(["relay", "waiting"]);
  const rows = await session.sql`select proname, proowner::regrole::text as owner from pg_proc
    where pronamespace = 'annals'::regnamespace and proname in ('relay', 'waiting') order by proname`;
  expect(rows.map((row) => row.owner)).toEqual(["annals_relay", "annals_relay"]);
  expect(changes(await run())).toBe(0);
});

test("rights that drifted are put right, and those given to others by hand stay", async () => {
  await run();
  await session.sql.unsafe(`
    GRANT DELETE ON annals.audit_log TO annals_writer;
    GRANT UPDATE (reason) ON annals.audit_log TO annals_reader;
    GRANT EXECUTE ON FUNCTION annals.relay TO PUBLIC;
    GRANT SELECT ON annals.audit_log TO pg_monitor;
    REVOKE SELECT ON annals.head FROM annals_reader;
    ALTER FUNCTION annals.record OWNER TO SESSION_USER`);
  const done = await run();
  expect(done.rights).toEqual([
    "ALTER ROUTINE annals.record(text,json,json) OWNER TO annals_owner",
    "GRANT CREATE ON SCHEMA annals TO annals_capture",
    "ALTER FUNCTION annals.record(kind text, event json, context json) OWNER TO annals_capture",
    "REVOKE CREATE ON SCHEMA annals FROM annals_capture",
    "REVOKE DELETE ON TABLE annals.audit_log FROM annals_writer",
    "REVOKE EXECUTE ON FUNCTION annals.relay(max_rows integer) FROM PUBLIC",
    "REVOKE UPDATE (reason) ON TABLE annals.audit_log FROM annals_reader",
    "GRANT SELECT ON TABLE annals.head TO annals_reader",
  ]);
  const [kept] =
    await session.sql`select has_table_privilege('pg_monitor', 'annals.audit_log', 'SELECT') as may`;
  expect(kept?.may).toBe(true);
  expect(changes(await run())).toBe(0);
});

test("a schema annals that is not ours is left alone", async () => {
  await session.sql.unsafe("CREATE SCHEMA annals; CREATE TABLE annals.tides (at timestamptz)");
  await expect(run()).rejects.toMatchObject({
    code: "CONFIG_INVALID",
    message: expect.stringContaining("Annals did not make it"),
  });
});

test("nor is one that has a table called as our journal, or functions only", async () => {
  await session.sql.unsafe("CREATE SCHEMA annals; CREATE TABLE annals.migration (id int, name text)");
  await expect(run()).rejects.toMatchObject({ code: "CONFIG_INVALID" });
  await session.sql.unsafe(`DROP TABLE annals.migration;
    CREATE FUNCTION annals.tide() RETURNS int LANGUAGE sql AS 'SELECT 1'`);
  await expect(run()).rejects.toMatchObject({ code: "CONFIG_INVALID" });
  const owners =
    await session.sql`select from pg_proc where proname = 'tide' and proowner::regrole::text = 'annals_owner'`;
  expect(owners).toHaveLength(0);
});

test("an empty schema annals that somebody made for us is used", async () => {
  await session.sql`create schema annals`;
  await run();
  const [row] =
    await session.sql`select nspowner::regrole::text as owner from pg_namespace where nspname = 'annals'`;
  expect(row?.owner).toBe("annals_owner");
});

test("a plan names what would run, and runs nothing", async () => {
  const plan = await planMigration(session.db);
  expect(plan.migrations.map(({ name }) => name)).toEqual(migrations.map(({ name }) => name));
  expect(plan.routines).toHaveLength(routines.length);
  expect(plan.foundation[0]).toBe("CREATE SCHEMA annals AUTHORIZATION annals_owner");
  expect(await session.sql`select from pg_namespace where nspname = 'annals'`).toHaveLength(0);

  await run();
  await session.sql`grant insert on annals.head to annals_writer`;
  expect(await planMigration(session.db)).toMatchObject({
    migrations: [],
    routines: [],
    rights: ["REVOKE INSERT ON TABLE annals.head FROM annals_writer"],
  });
  expect((await run()).rights).toHaveLength(1);
});

test("a migration that fails leaves the ones before it, and none of itself", async () => {
  await run();
  const { applyMigrations } = await import("./apply-migrations.ts");
  const files = [
    ...migrations,
    { name: "9001_good", sha256: "a", text: "CREATE TABLE annals.good (a int)" },
    { name: "9002_bad", sha256: "b", text: "CREATE TABLE annals.half (a int); SELECT 1/0" },
  ];
  const patience = { until: Date.now() + 1000, role: "annals_owner" };
  await expect(applyMigrations(session.db, patience, files, version)).rejects.toMatchObject({
    code: "22012",
  });
  const [row] =
    await session.sql`select to_regclass('annals.good') is not null as good, to_regclass('annals.half') is not null as half,
    (select max(id) from annals.migration) as last`;
  expect(row).toEqual({ good: true, half: false, last: 9001 });
});

test("a server before version 14 is refused, and a standby", async () => {
  const pretend = (answer: object) => ({
    query: async <Row>(text: string, values?: readonly unknown[]): Promise<Row[]> => {
      const rows = await session.db.query<Row>(text, values);
      return text.includes("server_version_num") ? rows.map((row) => ({ ...row, ...answer })) : rows;
    },
  });
  await expect(migrate(pretend({ version: 130_021, versionText: "13.21" }))).rejects.toMatchObject({
    code: "DATABASE_TOO_OLD",
    message: "This is PostgreSQL 13.21; Annals needs 14 or newer.",
  });
  await expect(migrate(pretend({ isStandby: true }))).rejects.toMatchObject({
    code: "DATABASE_UNREACHABLE",
    message: "PostgreSQL is a standby, which takes no writes.",
  });
});

test("an unreachable server is told apart, with its address and without a password", async () => {
  const nowhere = openSession("postgres://annals:hunter2@127.0.0.1:9/none");
  const error = await migrate(nowhere.db).catch((thrown) => thrown);
  expect(error).toMatchObject({
    code: "DATABASE_UNREACHABLE",
    message: expect.stringContaining("127.0.0.1:9"),
  });
  expect(JSON.stringify([error.message, error.hint])).not.toContain("hunter2");
  await nowhere.close();
});
