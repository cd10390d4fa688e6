import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { openTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { openSession, type Session } from "../../testing/session.ts";
import { track } from "./track.ts";

let database: TestDatabase;
let session: Session;

beforeAll(async () => {
  database = await openTestDatabase();
  session = openSession(database.url);
});
afterAll(async () => {
  await session.close();
  await database.close();
});
beforeEach(async () => {
  await session.db.query(
    "DROP SCHEMA public CASCADE; CREATE SCHEMA public; DELETE FROM annals.tracked_table",
  );
});

/** The changes of the newest events, oldest first. */
async function newest(count: number): Promise<unknown[]> {
  await session.db.query("SELECT annals.relay(100000)");
  const rows = await session.db.query<{ changes: unknown }>(
    `SELECT changes FROM (SELECT seq, changes FROM annals.audit_log ORDER BY seq DESC LIMIT ${count}) e ORDER BY seq`,
  );
  return rows.map(({ changes }) => changes);
}

/** Whether a text stands anywhere in schema annals, the outbox and what was rejected included. */
async function isStored(text: string): Promise<boolean> {
  const tables = await session.db.query<{ name: string }>(
    "SELECT c.oid::regclass::text AS name FROM pg_class c WHERE c.relnamespace = 'annals'::regnamespace AND c.relkind IN ('r', 'p')",
  );
  for (const { name } of tables) {
    const [row] = await session.db.query<{ found: boolean }>(
      `SELECT EXISTS (SELECT FROM ${name} AS x WHERE x::text LIKE '%' || $1 || '%') AS found`,
      [text],
    );
    if (row?.found) return true;
  }
  return false;
}

const secretNames = [
  "password",
  "password_hash",
  "passwordHash",
  "user_password",
  "passwd",
  "pwd",
  "passphrase",
  "secret",
  "client_secret",
  "api_key",
  "apiKey",
  "apikey",
  "access_token",
  "refreshToken",
  "token",
  "reset-token",
  "private_key",
  "credentials",
  "session_id",
  "sessionToken",
  "cookie",
  "authorization",
  "otp",
  "totp_secret",
  "pin",
  "pin_code",
  "cvv",
  "card_number",
  "ssn",
  "IDToken",
  "APIToken",
  "APIKey",
  "JWTSecret",
  "SSHKey",
  "password1",
  "token2",
  "cvv2",
  "accesstoken",
  "userpassword",
  "PASSWORD",
  "oldPassword2",
  "clientsecret",
];
const harmlessNames = [
  "id",
  "name",
  "shipping",
  "keyboard",
  "tokenizer",
  "spinner",
  "author",
  "passenger",
  "mfaq",
  "company",
  "opinion",
  "passport",
  "secretary",
  "monkey",
  "IDNumber",
  "address2",
  "tokenized",
  "SSHKeyboard",
  "spin2",
  "pint",
  "panel",
  "compass",
];

it.each(secretNames)("a column called %s never leaves its table", async (name) => {
  const canary = `canary-${name}-${Math.random().toString(36).slice(2)}`;
  await session.db.query(`CREATE TABLE t (id int PRIMARY KEY, "${name}" text)`);
  await track(session.db, { tables: ["t"] });
  await session.db.query(
    `INSERT INTO t VALUES (1, '${canary}'); UPDATE t SET "${name}" = '${canary}2'; DELETE FROM t`,
  );
  expect(await isStored(canary)).toBe(false);
  const masked = { masked: true };
  expect(await newest(3)).toEqual([
    { id: { new: 1 }, [name]: masked },
    { [name]: masked },
    { id: { old: 1 }, [name]: masked },
  ]);
});

it.each(harmlessNames)("a column called %s is recorded", async (name) => {
  const [row] = await session.db.query("SELECT annals.secret_column($1) AS secret", [name]);
  expect(row).toEqual({ secret: false });
});

it("masks what was named, leaves out what is ignored, shows what was revealed", async () => {
  await session.db.query("CREATE TABLE t (id int PRIMARY KEY, iban text, seen_at int, token_count int)");
  await track(session.db, {
    tables: ["t"],
    masked: ["iban"],
    ignored: ["seen_at"],
    revealed: ["token_count"],
  });
  await session.db.query("INSERT INTO t VALUES (1, 'canary-iban', 5, 7)");
  expect(await newest(1)).toEqual([{ id: { new: 1 }, iban: { masked: true }, token_count: { new: 7 } }]);
  expect(await isStored("canary-iban")).toBe(false);
});

it("a change of ignored columns alone, and a masked value written again, leave no event", async () => {
  await session.db.query(
    "CREATE TABLE t (id int PRIMARY KEY, password text, seen_at int); INSERT INTO t VALUES (1, 'p', 1)",
  );
  await track(session.db, { tables: ["t"], ignored: ["seen_at"] });
  await session.db.query("UPDATE t SET seen_at = 2; UPDATE t SET password = 'p'");
  const [row] = await session.db.query("SELECT annals.waiting()::int AS waiting");
  expect(row).toEqual({ waiting: 0 });
});

it("a secret column that is added later is masked from its first write", async () => {
  await session.db.query("CREATE TABLE t (id int PRIMARY KEY, a int); INSERT INTO t VALUES (1, 1)");
  await track(session.db, { tables: ["t"] });
  await session.db.query("UPDATE t SET a = 2");
  await session.db.query("ALTER TABLE t ADD COLUMN api_token text");
  await session.db.query("UPDATE t SET api_token = 'canary-late'");
  expect(await isStored("canary-late")).toBe(false);
  expect(await newest(1)).toEqual([{ api_token: { masked: true } }]);
});

it("a column renamed to a secret name is masked, and one renamed away from a masked name stays masked", async () => {
  await session.db.query("CREATE TABLE t (id int PRIMARY KEY, plain text, iban text)");
  await track(session.db, { tables: ["t"], masked: ["iban"] });
  await session.db.query("INSERT INTO t VALUES (1, 'x', 'y')");
  await session.db.query("ALTER TABLE t RENAME plain TO password");
  await session.db.query("ALTER TABLE t RENAME iban TO account");
  await session.db.query("UPDATE t SET password = 'canary-pw', account = 'canary-account'");
  expect(await isStored("canary-pw")).toBe(false);
  expect(await isStored("canary-account")).toBe(false);
  expect(await newest(1)).toEqual([{ account: { masked: true }, password: { masked: true } }]);
});

it("a renamed table goes on masking", async () => {
  await session.db.query("CREATE TABLE t (id int PRIMARY KEY, a int, password text, iban text)");
  await track(session.db, { tables: ["t"], masked: ["iban"] });
  await session.db.query("ALTER TABLE t RENAME TO t2");
  await session.db.query("INSERT INTO t2 VALUES (1, 2, 'canary-p2', 'canary-i2')");
  expect(await isStored("canary-")).toBe(false);
  expect(await newest(1)).toEqual([
    { id: { new: 1 }, a: { new: 2 }, password: { masked: true }, iban: { masked: true } },
  ]);
});

it("a statement of many rows masks each", async () => {
  await session.db.query("CREATE TABLE t (id int PRIMARY KEY, secret text)");
  await track(session.db, { tables: ["t"] });
  await session.db.query(
    "INSERT INTO t SELECT i, 'canary-many-' || i FROM generate_series(1, 1500) i; UPDATE t SET secret = secret || 'x'",
  );
  expect(await isStored("canary-many")).toBe(false);
  const changes = await newest(1500);
  expect(changes.every((c) => JSON.stringify(c) === '{"secret":{"masked":true}}')).toBe(true);
});

it("a masked label is not shown as the object's name", async () => {
  await session.db.query("CREATE TABLE t (id int PRIMARY KEY, name text)");
  await track(session.db, { tables: ["t"], masked: ["name"], label: "name" });
  await session.db.query("INSERT INTO t VALUES (1, 'canary-label')");
  await newest(1);
  expect(await isStored("canary-label")).toBe(false);
  const [row] = await session.db.query("SELECT object_label FROM annals.audit_log ORDER BY seq DESC LIMIT 1");
  expect(row).toEqual({ object_label: "" });
});

it("large values are cut and binary ones hashed, each with its true length", async () => {
  await session.db.query("CREATE TABLE t (id int PRIMARY KEY, big text, bin bytea)");
  await track(session.db, { tables: ["t"] });
  await session.db.query(
    "SET bytea_output = 'escape'; INSERT INTO t VALUES (1, repeat('é', 9000), decode(repeat('00ff', 2000), 'hex')); RESET bytea_output",
  );
  const [row] = await session.db.query<{ sha: string; text: string }>(
    "SELECT encode(sha256(bin), 'hex') AS sha, encode(sha256(convert_to(big, 'UTF8')), 'hex') AS text FROM t",
  );
  expect(await newest(1)).toEqual([
    {
      id: { new: 1 },
      big: { new: { $cut: "é".repeat(2000), $length: 9000, $sha256: row?.text } },
      bin: { new: { $bytes: 4000, $sha256: row?.sha } },
    },
  ]);
});

it("a key that is a secret names its object by a hash, the same one for all its events", async () => {
  await session.db.query("CREATE TABLE t (token text PRIMARY KEY, a int)");
  await track(session.db, { tables: ["t"] });
  await session.db.query("INSERT INTO t VALUES ('canary-key', 1); UPDATE t SET a = 2; DELETE FROM t");
  expect(await newest(3)).toHaveLength(3);
  expect(await isStored("canary-key")).toBe(false);
  const rows = await session.db.query<{ object_id: string }>(
    "SELECT object_id FROM annals.audit_log ORDER BY seq DESC LIMIT 3",
  );
  expect(new Set(rows.map((row) => row.object_id)).size).toBe(1);
  expect(rows[0]?.object_id).toMatch(/^masked:[0-9a-f]{16}$/);
});
