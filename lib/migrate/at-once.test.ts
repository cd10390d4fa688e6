import { expect, test } from "vitest";
import { openEmptyDatabase } from "../../testing/database.ts";
import { openSession } from "../../testing/session.ts";
import { migrations } from "./embedded.ts";
import { migrate } from "./migrate.ts";
import { runRoleStatements } from "./run-role-statements.ts";
import { runTransaction } from "./run-transaction.ts";

test.each([2, 8])("%i migrations of one database at once apply everything once", async (count) => {
  const database = await openEmptyDatabase();
  const sessions = Array.from({ length: count }, () => openSession(database.url));
  const done = await Promise.all(sessions.map(({ db }) => migrate(db)));
  expect(done.flatMap((one) => one.migrations)).toEqual(migrations.map(({ name }) => name));
  expect(done.filter((one) => one.routines.length > 0)).toHaveLength(1);
  const [row] = await database.sql`select count(*)::int as n from annals.migration`;
  expect(row?.n).toBe(migrations.length);
  await Promise.all(sessions.map((session) => session.close()));
  await database.close();
});

test("databases of one server that make the same roles at once do not stop each other", async () => {
  const databases = await Promise.all(Array.from({ length: 4 }, () => openEmptyDatabase()));
  const sessions = databases.flatMap(({ url }) => [openSession(url), openSession(url)]);
  const names = ["a", "b", "c"].map((letter) => `race_${process.pid}_${letter}`);
  const made = await Promise.all(
    sessions.map(({ db }) =>
      runRoleStatements(db, async () => {
        const found = await db.query<{ name: string }>("SELECT rolname AS name FROM pg_roles");
        const isThere = (name: string) => found.some((row) => row.name === name);
        const creations = names.filter((name) => !isThere(name)).map((name) => `CREATE ROLE ${name}`);
        const isMember = names.slice(0, 2).every(isThere)
          ? await db.query(
              "SELECT WHERE pg_has_role($1::text::name, $2::text::name, 'USAGE')",
              names.slice(0, 2),
            )
          : [];
        return [...creations, ...(isMember.length > 0 ? [] : [`GRANT ${names[1]} TO ${names[0]}`])];
      }),
    ),
  );
  const creations = made.flat().filter((statement) => statement.startsWith("CREATE"));
  expect(creations.sort()).toEqual(names.map((name) => `CREATE ROLE ${name}`));
  await sessions[0]?.sql.unsafe(`DROP ROLE ${names.join(", ")}`);
  await Promise.all(sessions.map((session) => session.close()));
  await Promise.all(databases.map((database) => database.close()));
});

test("whoever waits too long for another migration is told who holds the lock", async () => {
  const database = await openEmptyDatabase();
  const holder = openSession(database.url);
  await holder.sql`set application_name = 'a migration that hangs'`;
  await holder.sql`select pg_advisory_lock(1634627169, 1)`;
  const [{ pid }] = (await holder.sql`select pg_backend_pid() as pid`) as unknown as [{ pid: number }];
  const session = openSession(database.url);
  await expect(migrate(session.db, { patienceMs: 300 })).rejects.toMatchObject({
    code: "LOCK_TIMEOUT",
    message: `Another migration of this database is still at work: process ${pid}, role “${new URL(database.url).username}”, application “a migration that hangs”.`,
    hint: expect.stringContaining(`pg_terminate_backend(${pid})`),
  });
  const waiting = migrate(session.db);
  await holder.sql`select pg_advisory_unlock(1634627169, 1)`;
  expect((await waiting).migrations).toHaveLength(migrations.length);
  await Promise.all([holder.close(), session.close()]);
  await database.close();
});

test("a table that others keep locked ends in an error that names them", async () => {
  const database = await openEmptyDatabase();
  const session = openSession(database.url);
  await migrate(session.db);
  const reader = openSession(database.url);
  await reader.sql`set application_name = 'nightly dump'`;
  await reader.sql`begin`;
  await reader.sql`lock table annals.outbox in access share mode`;
  const change = () => session.db.query("ALTER TABLE annals.outbox ADD COLUMN extra text");
  await expect(runTransaction(session.db, { until: Date.now() + 500 }, change)).rejects.toMatchObject({
    code: "LOCK_TIMEOUT",
    message: expect.stringMatching(
      /Locks are held by: process \d+, role “\w+”, application “nightly dump”\./,
    ),
  });
  await reader.sql`rollback`;
  await Promise.all([reader.close(), session.close()]);
  await database.close();
});
