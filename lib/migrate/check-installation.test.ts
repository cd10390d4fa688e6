// On a server of its own, whose roles can be taken away.
import postgres from "postgres";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { startTestServer, type TestServer } from "../../testing/server.ts";
import { openSession, type Session } from "../../testing/session.ts";
import { checkCapture } from "../capture/check.ts";
import { track } from "../capture/track.ts";
import { checkInstallation } from "./check-installation.ts";
import { migrations, routines } from "./embedded.ts";
import { migrate } from "./migrate.ts";
import { allRoles } from "./role-names.ts";

let server: TestServer;
let admin: postgres.Sql;
let session: Session;
let made = 0;

beforeAll(async () => {
  delete process.env.TEST_DATABASE_URL;
  server = await startTestServer();
  admin = postgres(server.url, { max: 1, onnotice: () => {} });
});
beforeEach(async () => {
  session = await openDatabase();
});
afterEach(async () => {
  await session.close();
  for (const { name } of await admin`select datname as name from pg_database where datname like 'gap%'`) {
    await admin.unsafe(`DROP DATABASE ${name} WITH (FORCE)`);
  }
  for (const { name } of await admin`select rolname as name from pg_roles where rolname ~ '^(annals|gap)_'`) {
    await admin.unsafe(`DROP ROLE ${name}`);
  }
});
afterAll(async () => {
  await admin.end();
  await server.stop();
});

async function openDatabase(role?: string): Promise<Session> {
  made += 1;
  await admin.unsafe(`CREATE DATABASE gap_${made} TEMPLATE template0`);
  const url = new URL(server.url);
  url.pathname = `/gap_${made}`;
  return openSession(url.href, role);
}

const kinds = async ({ db } = session) => (await checkInstallation(db)).map(({ kind }) => kind);
const recorded = async () => {
  await session.sql`insert into t values (1) on conflict (id) do update set id = t.id + 100`;
  const [row] = await session.sql`select annals.relay()::int as taken`;
  return row?.taken;
};

test("a complete installation has no gap, with roles of its own and with a single one", async () => {
  await migrate(session.db);
  expect(await kinds()).toEqual([]);
  await admin.unsafe("CREATE ROLE gap_single LOGIN");
  await admin.unsafe("CREATE DATABASE gap_single_db OWNER gap_single TEMPLATE template0");
  const url = new URL(server.url);
  url.pathname = "/gap_single_db";
  const single = openSession(url.href, "gap_single");
  await migrate(single.db, { singleRole: true });
  expect(await kinds(single)).toEqual([]);
  await single.close();
});

/** What a restore into a fresh cluster comes to, when the errors about roles that are not there are passed over. */
async function loseRoles(): Promise<void> {
  for (const role of [...allRoles].reverse()) {
    await session.sql.unsafe(
      `REASSIGN OWNED BY ${role} TO CURRENT_USER; DROP OWNED BY ${role}; DROP ROLE ${role}`,
    );
  }
}

test("a database whose roles were left behind is told so, and migrate puts all of it right", async () => {
  await session.sql`create table t (id int primary key)`;
  await migrate(session.db);
  await track(session.db, { tables: ["t"] });
  await loseRoles();
  const gaps = await checkInstallation(session.db);
  expect(gaps.map(({ kind }) => kind)).toEqual(["role_missing", "owner_wrong", "right_missing"]);
  expect(gaps[0]?.message).toContain("role annals_owner");
  for (const { hint } of gaps) expect(hint).toContain("annals migrate");
  await expect(track(session.db, { tables: ["t"] })).rejects.toMatchObject({
    code: "NOT_MIGRATED",
    message: expect.stringContaining("role annals_owner"),
  });
  await migrate(session.db);
  expect(await kinds()).toEqual([]);
  expect(await checkCapture(session.db)).toEqual([]);
  expect(await recorded()).toBe(1);
});

test("half an installation is not built upon: track names what is missing, and the host writes on", async () => {
  await session.sql`create table t (id int primary key)`;
  await migrate(session.db);
  const lastMigration = migrations.at(-1)?.name ?? "";
  const [lastRoutine] = routines.filter(({ name }) => name === "relay");
  const half: [string, string, RegExp][] = [
    [
      "DELETE FROM annals.migration WHERE id = (SELECT max(id) FROM annals.migration)",
      "migration_pending",
      new RegExp(lastMigration),
    ],
    [
      "DELETE FROM annals.routine WHERE name = 'relay'",
      "function_outdated",
      new RegExp(`${lastRoutine?.name}`),
    ],
    ["ALTER TABLE annals.outbox OWNER TO CURRENT_USER", "owner_wrong", /TABLE annals\.outbox/],
    [
      "REVOKE INSERT (op) ON annals.outbox FROM annals_capture",
      "right_missing",
      /INSERT \(op\) ON TABLE annals\.outbox TO annals_capture/,
    ],
    [
      "REVOKE USAGE ON SCHEMA annals FROM annals_capture",
      "right_missing",
      /USAGE ON SCHEMA annals TO annals_capture/,
    ],
  ];
  for (const [statement, kind, message] of half) {
    await session.sql.unsafe(`BEGIN; ${statement}; COMMIT`);
    const error = await track(session.db, { tables: ["t"] }).catch((thrown) => thrown);
    expect([statement, error.code, error.message]).toEqual([
      statement,
      "NOT_MIGRATED",
      expect.stringMatching(message),
    ]);
    expect(await kinds()).toContain(kind);
    await session.sql`insert into t values (1)`;
    await session.sql`delete from t`;
    if (kind === "migration_pending") {
      const { name = "", sha256 = "" } = migrations.at(-1) ?? {};
      await session.sql`insert into annals.migration (id, name, sha256, annals_version) values (${Number.parseInt(name, 10)}, ${name}, ${sha256}, 'x')`;
    } else await migrate(session.db);
    expect(await kinds()).toEqual([]);
  }
});

test("a right too many is told, and keeps nothing from being tracked", async () => {
  await session.sql`create table t (id int primary key)`;
  await migrate(session.db);
  await session.sql`grant execute on function annals.file to public`;
  expect(await kinds()).toEqual(["right_surplus"]);
  await track(session.db, { tables: ["t"] });
  expect(await recorded()).toBe(1);
});

test("a reader can ask; one who may not read is refused by the database", async () => {
  await migrate(session.db);
  await session.sql.unsafe("CREATE ROLE gap_reader; GRANT annals_reader TO gap_reader; SET ROLE gap_reader");
  expect(await kinds()).toEqual([]);
  await session.sql.unsafe("RESET ROLE; REVOKE annals_reader FROM gap_reader; SET ROLE gap_reader");
  await expect(kinds()).rejects.toMatchObject({ code: "42501" });
  await session.sql`reset role`;
});

test("it runs in transactions that may not write, which is all that a standby takes", async () => {
  await migrate(session.db);
  const modes = new Set<string>();
  const { db } = session;
  await checkInstallation({
    query: async (text, values) => {
      const rows = await db.query<never>(text, values);
      const [mode] = await db.query<{ on: string }>("SELECT current_setting('transaction_read_only') AS on");
      if (text.includes("FROM")) modes.add(mode?.on ?? "");
      return rows;
    },
  });
  expect([...modes]).toEqual(["on"]);
});

test("without an installation the answer is to migrate", async () => {
  await expect(kinds()).rejects.toMatchObject({ code: "NOT_MIGRATED" });
});
