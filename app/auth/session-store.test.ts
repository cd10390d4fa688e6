import postgres from "postgres";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { executorOf } from "../../lib/adapters/db/postgres-js.ts";
import { addUser, setDisabled, setPasswordHash, setRole, setTenants } from "../../lib/cli/console-users.ts";
import type { Executor } from "../../lib/executor.ts";
import { openTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { endSession, findSession, openSession } from "./session-store.ts";

let database: TestDatabase;
let owner: Executor;
let reader: postgres.Sql;
let db: Executor;
let username: string;
let userId: string;
let count = 0;

beforeAll(async () => {
  database = await openTestDatabase();
  owner = executorOf(database.sql);
  // With the rights that a console has, and no others.
  reader = postgres(database.url, { max: 1, onnotice: () => {} });
  await reader`SET ROLE annals_console`;
  db = executorOf(reader);
});
afterAll(async () => {
  await reader.end();
  await database.close();
});

async function open(): Promise<string> {
  const [user] = await database.sql`SELECT password_hash FROM annals.console_user WHERE id = ${userId}`;
  return (await openSession(db, { id: userId, passwordHash: user?.password_hash })) ?? "";
}

beforeEach(async () => {
  count += 1;
  username = `user-${count}`;
  await addUser(owner, { username, label: "Ada", role: "auditor", passwordHash: "x", tenants: null });
  const [user] = await database.sql`SELECT id FROM annals.console_user WHERE username = ${username}`;
  userId = user?.id;
});

test("a session is that of its user, with role, rights and tenants as they are", async () => {
  const viewer = await findSession(db, await open());
  expect(viewer).toMatchObject({ id: userId, username, label: "Ada", role: "auditor", tenants: null });
  expect(viewer?.permissions).toContain("audit.view");
  await setTenants(owner, username, ["north"]);
  expect(await findSession(db, await open())).toMatchObject({ tenants: ["north"] });
});

test("to sign out ends that session for whoever holds its cookie, and no other", async () => {
  const [here, there] = [await open(), await open()];
  await endSession(db, here);
  expect(await findSession(db, here)).toBeNull();
  expect(await findSession(db, there)).toMatchObject({ username });
});

test("a password that was changed while it was being checked opens nothing", async () => {
  expect(await openSession(db, { id: userId, passwordHash: "an older one" })).toBeUndefined();
  await setDisabled(owner, username, true);
  expect(await openSession(db, { id: userId, passwordHash: "x" })).toBeUndefined();
});

const changes: [string, () => Promise<unknown>][] = [
  ["is disabled", () => setDisabled(owner, username, true)],
  ["has a new password", () => setPasswordHash(owner, username, "y")],
  ["has another role", () => setRole(owner, username, "superuser")],
  ["is confined to tenants", () => setTenants(owner, username, ["a"])],
  [
    "is disabled by hand",
    () => database.sql`UPDATE annals.console_user SET disabled_at = now() WHERE username = ${username}`,
  ],
  [
    "has another role by hand",
    () => database.sql`UPDATE annals.console_user SET role = 'support' WHERE username = ${username}`,
  ],
];
test.each(changes)("the sessions of a user who %s end, and being enabled revives none", async (_, change) => {
  const sessions = [await open(), await open()];
  await change();
  await setDisabled(owner, username, false);
  for (const id of sessions) expect(await findSession(db, id)).toBeNull();
  expect(await findSession(db, await open())).toMatchObject({ username });
});

test("a new label, and the same role again, end nothing", async () => {
  const id = await open();
  await database.sql`UPDATE annals.console_user SET label = 'Ada L.' WHERE username = ${username}`;
  await setRole(owner, username, "auditor");
  expect(await findSession(db, id)).toMatchObject({ label: "Ada L." });
});

test("a session that is over is none, and is cleared away by the next one", async () => {
  const id = await open();
  await database.sql`UPDATE annals.console_session SET expires_at = now() WHERE id = ${id}`;
  expect(await findSession(db, id)).toBeNull();
  await open();
  expect(await database.sql`SELECT FROM annals.console_session WHERE id = ${id}`).toHaveLength(0);
});

test("the console can neither prolong a session nor choose its id", async () => {
  const id = await open();
  await expect(reader`UPDATE annals.console_session SET expires_at = 'infinity'`).rejects.toMatchObject({
    code: "42501",
  });
  await expect(
    reader`INSERT INTO annals.console_session (id, user_id) VALUES (${id}, ${userId})`,
  ).rejects.toMatchObject({ code: "42501" });
});

test.each(["", "x", "1' OR true --", "00000000-0000-0000-0000-000000000000"])(
  "%j is no session",
  async (id) => {
    expect(await findSession(db, id)).toBeNull();
  },
);
