// On a server of its own: roles belong to a server, and the one that all tests share has them already.
import postgres from "postgres";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { startTestServer, type TestServer } from "../../testing/server.ts";
import { openSession, type Session } from "../../testing/session.ts";
import { migrate } from "./migrate.ts";
import { planMigration } from "./plan-migration.ts";

let server: TestServer;
let admin: postgres.Sql;
let made = 0;
const opened: Session[] = [];

beforeAll(async () => {
  delete process.env.TEST_DATABASE_URL;
  server = await startTestServer();
  admin = postgres(server.url, { max: 1, onnotice: () => {} });
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map((session) => session.close()));
  for (const { name } of await admin`select datname as name from pg_database where datname like 'fresh%'`) {
    await admin.unsafe(`DROP DATABASE ${name} WITH (FORCE)`);
  }
  for (const {
    name,
  } of await admin`select rolname as name from pg_roles where rolname ~ '^(annals|fresh)_' order by 1`) {
    await admin.unsafe(`DROP ROLE ${name}`);
  }
});

afterAll(async () => {
  await admin.end();
  await server.stop();
});

/** A database without anything in it, and a role that may sign in, with these attributes. */
async function createDatabase(attributes = ""): Promise<{ url: string; name: string; role: string }> {
  made += 1;
  const name = `fresh_${made}`;
  const role = `fresh_role_${made}`;
  await admin.unsafe(`CREATE DATABASE ${name} TEMPLATE template0`);
  await admin.unsafe(`CREATE ROLE ${role} LOGIN ${attributes}`);
  await admin.unsafe(`GRANT CREATE ON DATABASE ${name} TO ${role}`);
  const url = new URL(server.url);
  url.pathname = `/${name}`;
  return { url: url.href, name, role };
}

function open(url: string, role?: string): Session {
  const session = openSession(url, role);
  opened.push(session);
  return session;
}

/** What any host does: record an event, and file what waits. Returns how many rows were taken. */
async function recordOne({ sql }: Session): Promise<number> {
  await sql`select annals.record('audit', '{"action": "REFUND", "object_type": "payment", "object_id": "7"}')`;
  const [row] = await sql`select annals.relay()::int as taken`;
  return row?.taken;
}

/** The statement that the hint of an error tells somebody with the right to run. */
function statementToRun(error: { hint: string }): string {
  return error.hint.replace(/^.*?run: /, "").replace(/;.*$/s, "");
}

test("a role without CREATEROLE changes nothing; what it is told to have run helps", async () => {
  const { url, role } = await createDatabase();
  const { db, sql } = open(url, role);
  const error = await migrate(db).catch((thrown) => thrown);
  expect(error).toMatchObject({
    code: "RIGHT_MISSING",
    message: expect.stringContaining("may not create the roles"),
  });
  expect(await sql`select from pg_namespace where nspname = 'annals'`).toHaveLength(0);
  expect(await sql`select from pg_roles where rolname like 'annals\\_%'`).toHaveLength(0);
  await admin.unsafe(statementToRun(error));
  expect((await migrate(db)).roles).toBe("own");
});

test("a role that may not make a schema changes nothing; what it is told to have run helps", async () => {
  const { url, name, role } = await createDatabase("CREATEROLE");
  await admin.unsafe(`REVOKE CREATE ON DATABASE ${name} FROM ${role}`);
  const { db, sql } = open(url, role);
  const error = await migrate(db).catch((thrown) => thrown);
  expect(error).toMatchObject({
    code: "RIGHT_MISSING",
    message: expect.stringContaining("may not create a schema"),
  });
  expect(await sql`select from pg_roles where rolname like 'annals\\_%'`).toHaveLength(0);
  await admin.unsafe(statementToRun(error));
  expect((await migrate(db)).roles).toBe("own");
});

test("CREATEROLE and CREATE on the database are enough, and again", async () => {
  const { url, role } = await createDatabase("CREATEROLE");
  const session = open(url, role);
  const done = await migrate(session.db);
  expect(done.roleStatements).toContain(`GRANT annals_writer TO "${role}"`);
  expect(await recordOne(session)).toBe(1);
  const again = await migrate(session.db);
  expect([...again.roleStatements, ...again.routines, ...again.rights]).toEqual([]);
});

test("a role that does not inherit can migrate too", async () => {
  const { url, role } = await createDatabase("CREATEROLE NOINHERIT");
  const { db } = open(url, role);
  await migrate(db);
  const again = await migrate(db);
  expect([...again.migrations, ...again.routines, ...again.rights]).toEqual([]);
});

test("the application's own role records and relays, and can do nothing else", async () => {
  const { url, role } = await createDatabase("CREATEROLE");
  const host = (await createDatabase()).role;
  await migrate(open(url, role).db, { hostRoles: [host] });
  const session = open(url, host);
  expect(await recordOne(session)).toBe(1);
  for (const statement of [
    "SELECT FROM annals.audit_log",
    "SELECT FROM annals.outbox",
    "INSERT INTO annals.outbox (op, object_type) VALUES ('E', 'audit')",
    "DELETE FROM annals.audit_log",
    "SELECT annals.file('{1}', 1, false)",
    "SELECT annals.ensure_partitions()",
    "SET ROLE annals_owner",
    "CREATE TABLE annals.mine (a int)",
  ]) {
    await expect(session.sql.unsafe(statement), statement).rejects.toMatchObject({ code: "42501" });
  }
});

test("a role of the application that does not exist is named, before anything is changed", async () => {
  const { url } = await createDatabase();
  const { db, sql } = open(url);
  await expect(migrate(db, { hostRoles: ["shop_ap"] })).rejects.toMatchObject({
    code: "CONFIG_INVALID",
    message: "There is no role “shop_ap” on this server.",
  });
  expect(await sql`select from pg_namespace where nspname = 'annals'`).toHaveLength(0);
});

test("a second migrator on the same server is told which grant it needs, and that grant helps", async () => {
  const first = await createDatabase("CREATEROLE");
  const second = await createDatabase("CREATEROLE");
  await migrate(open(first.url, first.role).db);
  const [{ version }] =
    (await admin`select current_setting('server_version_num')::int as version`) as unknown as [
      { version: number },
    ];
  const attempt = () => migrate(open(second.url, second.role).db);
  // Until PostgreSQL 15, CREATEROLE could give any role to anybody.
  if (version >= 160_000) {
    const error = await attempt().catch((thrown) => thrown);
    expect(error).toMatchObject({
      code: "RIGHT_MISSING",
      message: expect.stringContaining("on this server already"),
    });
    await open(first.url, first.role).sql.unsafe(statementToRun(error));
  }
  expect((await attempt()).migrations).not.toEqual([]);
  expect(await recordOne(open(second.url, second.role))).toBe(1);
});

test("eight databases at once, two migrations each, on a server without our roles", async () => {
  const databases = await Promise.all(Array.from({ length: 8 }, () => createDatabase()));
  const done = await Promise.all(
    databases.flatMap(({ url }) => [open(url), open(url)]).map(({ db }) => migrate(db)),
  );
  expect(done.filter((one) => one.migrations.length > 0)).toHaveLength(8);
  const creations = done.flatMap((one) => one.roleStatements).filter((text) => text.startsWith("CREATE"));
  expect(creations).toHaveLength(7);
  for (const { url } of databases) expect(await recordOne(open(url))).toBe(1);
});

test("one role that migrates four databases at once, without being a superuser", async () => {
  const databases = await Promise.all(Array.from({ length: 4 }, () => createDatabase()));
  const { role } = await createDatabase("CREATEROLE");
  for (const { name } of databases) await admin.unsafe(`GRANT CREATE ON DATABASE ${name} TO ${role}`);
  const done = await Promise.all(databases.map(({ url }) => migrate(open(url, role).db)));
  expect(done.map((one) => one.migrations.length > 0)).toEqual([true, true, true, true]);
});

test("an owner role that could sign in is refused", async () => {
  await admin.unsafe("CREATE ROLE annals_owner LOGIN");
  const { url } = await createDatabase();
  const error = await migrate(open(url).db).catch((thrown) => thrown);
  expect(error).toMatchObject({ code: "CONFIG_INVALID", message: expect.stringContaining("annals_owner") });
  await admin.unsafe(statementToRun(error));
  expect((await migrate(open(url).db)).roles).toBe("own");
});

test.each(["annals_console", "annals_eraser"])(
  "a login role called %s is refused before anything is changed; what it is told to have run helps",
  async (name) => {
    await admin.unsafe(`CREATE ROLE ${name} LOGIN`);
    const { url } = await createDatabase();
    const { db, sql } = open(url);
    await expect(planMigration(db)).rejects.toMatchObject({ code: "CONFIG_INVALID" });
    const error = await migrate(db).catch((thrown) => thrown);
    expect(error).toMatchObject({ code: "CONFIG_INVALID", message: expect.stringContaining(name) });
    expect(await sql`select from pg_namespace where nspname = 'annals'`).toHaveLength(0);
    await admin.unsafe(statementToRun(error));
    expect((await migrate(db)).roles).toBe("own");
    const [row] = await sql`select pg_has_role(${`${name}_login`}, ${name}, 'MEMBER') as "isMember"`;
    expect(row?.isMember).toBe(false);
  },
);

test("an installation from before the newest roles gets them, and a reader loses the users of the console", async () => {
  const { url, role } = await createDatabase("CREATEROLE");
  const { db, sql } = open(url, role);
  await migrate(db);
  await open(
    url,
  ).sql.unsafe(`DROP OWNED BY annals_console, annals_eraser; DROP ROLE annals_console, annals_eraser;
    GRANT SELECT ON annals.console_user TO annals_reader`);
  const done = await migrate(db);
  expect(done.roleStatements.filter((text) => text.startsWith("CREATE"))).toEqual([
    "CREATE ROLE annals_console NOLOGIN",
    "CREATE ROLE annals_eraser NOLOGIN",
  ]);
  expect(done.rights).toEqual([
    "REVOKE SELECT ON TABLE annals.console_user FROM annals_reader",
    "GRANT DELETE, INSERT (user_id), SELECT ON TABLE annals.console_session TO annals_console",
    "GRANT EXECUTE ON FUNCTION annals.ensure_partitions(months_ahead integer) TO annals_eraser",
    "GRANT EXECUTE ON FUNCTION annals.month_witness(record_name text, month date) TO annals_eraser",
    "GRANT EXECUTE ON FUNCTION annals.retire_month(record_name text, month date, witness text, archive json, reason text, retired_by text, annals_version text) TO annals_eraser",
    "GRANT SELECT ON TABLE annals.console_user TO annals_console",
    "GRANT USAGE ON SCHEMA annals TO annals_console",
    "GRANT USAGE ON SCHEMA annals TO annals_eraser",
  ]);
  const again = await migrate(db);
  expect([...again.roleStatements, ...again.rights]).toEqual([]);
  expect(await sql`select from pg_roles where rolname like 'annals\\_%'`).toHaveLength(7);
});

test("the console's own role reads records and users, adds events, and changes nothing", async () => {
  const { url, role } = await createDatabase("CREATEROLE");
  const guest = (await createDatabase()).role;
  const admins = open(url, role);
  await migrate(admins.db);
  await admins.sql.unsafe(`GRANT annals_console TO ${guest}`);
  const session = open(url, guest);
  expect(await recordOne(session)).toBe(1);
  expect(await session.sql`select from annals.audit_log where action = 'REFUND'`).toHaveLength(1);
  expect(await session.sql`select from annals.console_user`).toHaveLength(0);
  for (const statement of [
    "DELETE FROM annals.audit_log",
    "DELETE FROM annals.console_user",
    "SET ROLE annals_owner",
  ]) {
    await expect(session.sql.unsafe(statement), statement).rejects.toMatchObject({ code: "42501" });
  }
});

test("a single role does it all where no roles can be made, and makes none", async () => {
  const { url, role } = await createDatabase();
  const session = open(url, role);
  const done = await migrate(session.db, { singleRole: true });
  expect(done).toMatchObject({ roles: "single", roleStatements: [] });
  expect(done.notes.join()).toContain("Single role");
  expect(await recordOne(session)).toBe(1);
  expect(await session.sql`select from annals.audit_log where action = 'REFUND'`).toHaveLength(1);
  expect(await session.sql`select from pg_roles where rolname like 'annals\\_%'`).toHaveLength(0);
  const again = await migrate(session.db, { singleRole: true });
  expect([...again.migrations, ...again.routines, ...again.rights]).toEqual([]);
});

test("a single role is stopped by the guard, and talks it round by a comment worded like the call stack", async () => {
  const { url, role } = await createDatabase();
  const { db, sql } = open(url, role);
  await migrate(db, { singleRole: true });
  const change = (comment: string) =>
    sql.unsafe(`DO $do$ BEGIN EXECUTE $sql$UPDATE annals.head SET seq = 7 ${comment}$sql$; END $do$`);
  await expect(change("")).rejects.toThrow("annals.head is append-only");
  await change('/*"\nPL/pgSQL function annals.relay(integer) line 1 at PERFORM\n*/');
  expect(await sql`select seq::int from annals.head`).toEqual([{ seq: 7 }]);
});

test("in a single-role installation another role of the application may record and relay, and strangers nothing", async () => {
  const { url, role } = await createDatabase();
  const host = (await createDatabase()).role;
  const stranger = (await createDatabase()).role;
  await migrate(open(url, role).db, { singleRole: true, hostRoles: [host] });
  const session = open(url, host);
  expect(await recordOne(session)).toBe(1);
  await expect(session.sql`select from annals.audit_log`).rejects.toMatchObject({ code: "42501" });
  await expect(open(url, stranger).sql`select annals.relay()`).rejects.toMatchObject({ code: "42501" });
});

test("a single-role installation moves to roles of its own, and not back", async () => {
  const { url, role } = await createDatabase();
  const session = open(url, role);
  await migrate(session.db, { singleRole: true });
  await session.sql`select annals.record('audit', '{"action": "BEFORE"}')`;
  await admin.unsafe(`ALTER ROLE ${role} CREATEROLE`);
  expect((await migrate(session.db)).roles).toBe("own");
  expect(await recordOne(session)).toBe(2);
  const owners = await session.sql`
    select distinct relowner::regrole::text as owner from pg_class where relnamespace = 'annals'::regnamespace`;
  expect(owners.map((row) => row.owner)).toEqual(["annals_owner"]);
  const [relay] =
    await session.sql`select proowner::regrole::text as owner from pg_proc where proname = 'relay'`;
  expect(relay?.owner).toBe("annals_relay");
  const again = await migrate(session.db);
  expect([...again.roleStatements, ...again.rights]).toEqual([]);
  await expect(migrate(session.db, { singleRole: true })).rejects.toMatchObject({ code: "CONFIG_INVALID" });
});

test("whoever is no member of the owner can upgrade nothing and is told so", async () => {
  const { url } = await createDatabase();
  await migrate(open(url).db);
  const other = await createDatabase();
  await expect(migrate(open(url, other.role).db)).rejects.toMatchObject({
    code: "RIGHT_MISSING",
    hint: expect.stringContaining(`TO "${other.role}" WITH ADMIN OPTION`),
  });
});
