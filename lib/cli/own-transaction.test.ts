// Settings of a role or a database are meant for its application. What files its events must work all the same.
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { openSession, type Session } from "../../testing/session.ts";
import { checkCapture } from "../capture/check.ts";
import { track } from "../capture/track.ts";
import { untrack } from "../capture/untrack.ts";
import { silentServer } from "../errors.ts";
import { checkInstallation } from "../migrate/check-installation.ts";
import { migrate } from "../migrate/migrate.ts";
import { catchUp } from "../relay/catch-up.ts";
import { inOwnTransactions } from "./own-transaction.ts";
import { readStatus } from "./read-status.ts";

let database: TestDatabase;
let session: Session;

beforeEach(async () => {
  database = await openTestDatabase();
});
afterEach(async () => {
  await session?.close();
  await database.close();
});

/** A session that begins with these settings, as those of the database. */
async function withSettings(settings: Record<string, string>): Promise<void> {
  const name = new URL(database.url).pathname.slice(1);
  await database.sql.unsafe(`CREATE SCHEMA evil; CREATE TABLE t (id int PRIMARY KEY, note text);
    CREATE FUNCTION evil.boom() RETURNS int LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''hijacked''; END';
    CREATE FUNCTION evil.count(name) RETURNS int LANGUAGE sql AS 'SELECT evil.boom()';
    CREATE FUNCTION evil.current_setting(text) RETURNS text LANGUAGE sql AS 'SELECT evil.boom()::text';
    CREATE FUNCTION evil.to_char(timestamp, text) RETURNS text LANGUAGE sql AS 'SELECT evil.boom()::text';
    CREATE FUNCTION evil.pg_get_userbyid(oid) RETURNS name LANGUAGE sql AS 'SELECT evil.boom()::text::name';
    CREATE FUNCTION evil.now() RETURNS timestamptz LANGUAGE sql AS 'SELECT evil.boom()::text::timestamptz'`);
  for (const [key, value] of Object.entries(settings)) {
    await database.sql.unsafe(`ALTER DATABASE ${name} SET ${key} = ${value}`);
  }
  session = openSession(database.url);
}

const hostile: Record<string, string>[] = [
  { jit: "on", jit_above_cost: "0", jit_optimize_above_cost: "0", jit_inline_above_cost: "0" },
  { default_transaction_isolation: "'serializable'" },
  { default_transaction_isolation: "'repeatable read'", default_transaction_deferrable: "on" },
  { default_transaction_read_only: "on" },
  { search_path: "evil, pg_catalog, public" },
  { statement_timeout: "'1s'", lock_timeout: "'1s'", idle_in_transaction_session_timeout: "'1s'" },
  { row_security: "off" },
  { standard_conforming_strings: "off", escape_string_warning: "off", backslash_quote: "off" },
  { quote_all_identifiers: "on", transform_null_equals: "on", array_nulls: "off" },
  {
    datestyle: "'SQL, DMY'",
    intervalstyle: "'sql_standard'",
    timezone: "'Asia/Kathmandu'",
    extra_float_digits: "0",
  },
  { bytea_output: "'escape'", xmloption: "document", default_toast_compression: "'pglz'" },
  { session_replication_role: "'replica'" },
  {
    enable_indexscan: "off",
    enable_bitmapscan: "off",
    enable_hashjoin: "off",
    enable_mergejoin: "off",
    plan_cache_mode: "force_custom_plan",
  },
  { "plpgsql.extra_errors": "'all'", "plpgsql.variable_conflict": "use_column" },
  { check_function_bodies: "off", client_min_messages: "'debug5'", log_statement: "'none'" },
];

describe.each(hostile)("with %o as settings of the database", (settings) => {
  test("everything that the command line does works", async () => {
    await withSettings(settings);
    const { db, sql } = session;
    const own = inOwnTransactions(db);
    await database.sql`delete from annals.routine where name = 'lag'`;
    expect((await migrate(db)).routines).toEqual(["lag"]);
    await track(db, { tables: ["public.t"] });
    const write = (id: number) =>
      sql.unsafe(`BEGIN READ WRITE; INSERT INTO public.t VALUES (${id}, 'x'); UPDATE public.t SET note = 'y' WHERE id = ${id};
        SELECT annals.record('audit', '{"action": "REFUND"}'); COMMIT`);
    await write(1);
    expect(await catchUp(own, { maxMs: 60_000 })).toBe(3);
    // As a host does it, which has these settings for itself.
    await write(2);
    expect(await catchUp(db, { maxMs: 60_000 })).toBe(3);
    expect(await readStatus(own)).toMatchObject({ waiting: { count: 0 }, rejected: 0, relayAtWork: null });
    expect(await checkInstallation(db)).toEqual([]);
    expect(await checkCapture(db)).toEqual([]);
    await untrack(db, { tables: ["public.t"] });
    const [filed] =
      await database.sql`select array_agg(action order by seq) as actions from annals.audit_log`;
    expect(filed?.actions.slice(0, 3)).toEqual(["CREATE", "UPDATE", "REFUND"]);
    const [setting] =
      await sql`select pg_catalog.current_setting('statement_timeout') as timeout, pg_catalog.current_setting('search_path') as path`;
    expect(setting).toEqual({
      timeout: settings.statement_timeout ? "1s" : "0",
      path: settings.search_path ?? '"$user", public',
    });
  });
});

test("an error ends the transaction, so that the next statement has one of its own", async () => {
  session = openSession(database.url);
  const own = inOwnTransactions(session.db);
  await expect(own.query("SELECT 1/0")).rejects.toMatchObject({ code: "22012" });
  expect(await own.query("SELECT $1::int AS n", [3])).toEqual([{ n: 3 }]);
  await own.query("CREATE TABLE made (a int)").catch(() => {});
  expect(await database.sql`select from pg_class where relname = 'made'`).toHaveLength(0);
});

test("after a silence of the server nothing is asked to be rolled back: it would wait for a new connection", async () => {
  const failing = (error: Error) => {
    const asked: string[] = [];
    const db = inOwnTransactions({
      query(text) {
        asked.push(text.trim().split(/\s/, 1)[0] as string);
        return text === "SELECT 1" ? Promise.reject(error) : Promise.resolve([]);
      },
    });
    return { db, asked };
  };
  const silent = failing(silentServer(1000, ""));
  await expect(silent.db.query("SELECT 1")).rejects.toMatchObject({ code: "DATABASE_UNREACHABLE" });
  expect(silent.asked).toEqual(["BEGIN", "SELECT"]);
  const broken = failing(new Error("wrong"));
  await expect(broken.db.query("SELECT 1")).rejects.toThrow("wrong");
  expect(broken.asked).toEqual(["BEGIN", "SELECT", "ROLLBACK"]);
});
