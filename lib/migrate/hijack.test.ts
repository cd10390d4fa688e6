// A role that may write the host's tables and make objects of its own tries to have its code run, or its
// statements taken, as one of the roles of Annals.
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { openSession, type Session } from "../../testing/session.ts";
import { track } from "../capture/track.ts";

let database: TestDatabase;
let admin: Session;
let attacker: Session;
const mallory = `annals_mallory_${process.pid}`;

beforeAll(async () => {
  database = await openTestDatabase();
  admin = openSession(database.url);
  await admin.sql.unsafe(`
    CREATE ROLE ${mallory} LOGIN;
    GRANT annals_writer TO ${mallory};
    GRANT CREATE, TEMPORARY ON DATABASE ${new URL(database.url).pathname.slice(1)} TO ${mallory};
    CREATE SCHEMA app;
    CREATE TABLE app.account (id int PRIMARY KEY, name text, balance numeric, "apiToken" text);
    CREATE TABLE app.plain (id int PRIMARY KEY, note text);
    GRANT USAGE ON SCHEMA app TO ${mallory};
    GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON ALL TABLES IN SCHEMA app TO ${mallory}`);
  await track(admin.db, { tables: ["app.account", "app.plain"] });
});

beforeEach(async () => {
  await attacker?.close();
  attacker = openSession(database.url, mallory);
});

afterAll(async () => {
  await attacker.close();
  await admin.close();
  await database.close();
  const server = openSession(process.env.ANNALS_TEST_SERVER as string);
  await server.sql.unsafe(`DROP ROLE ${mallory}`);
  await server.close();
});

/** Every way in which the attacker's session makes functions of Annals run. Returns the actions that were filed. */
async function useEverything({ sql }: Session): Promise<string[]> {
  const [before] = await admin.sql`select seq::int from annals.head`;
  await sql.unsafe(`TRUNCATE app.plain;
    INSERT INTO app.account SELECT i, 'name', i, pg_catalog.concat('secret', i) FROM pg_catalog.generate_series(1, 600) AS i;
    INSERT INTO app.plain SELECT i, 'note' FROM pg_catalog.generate_series(1, 600) AS i;
    UPDATE app.account SET balance = -1, "apiToken" = 'other';
    UPDATE app.plain SET note = 'changed';
    DELETE FROM app.account;
    DELETE FROM app.plain`);
  await sql.unsafe(`SELECT annals.record('audit', '{"action": "REFUND", "changes": {"a": {"old": 1, "new": 2}}}');
    SELECT annals.record('logins', '{"status": "FAILED", "username": "x"}');
    SELECT annals.record('events', '{"event_type": "ERROR", "title": "t"}');
    SELECT annals.record('exports', '{"event_id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", "columns": ["a"]}');
    SELECT annals.record('export_download', '{"event_id": "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"}')`);
  for (;;) {
    const [row] = await sql.unsafe("SELECT annals.relay(10000)::int AS taken");
    if (!row?.taken) break;
  }
  const rows = await admin.sql`select action, object_type, count(*)::int as n from annals.audit_log
    where seq > ${before?.seq} group by 1, 2 order by 1, 2`;
  await admin.sql`delete from app.account`;
  return rows.map(({ action, object_type, n }) => `${action} ${object_type} ${n}`);
}

const everything = [
  "CREATE app.account 600",
  "CREATE app.plain 600",
  "DELETE app.account 600",
  "DELETE app.plain 600",
  "REFUND  1",
  "TRUNCATE app.plain 1",
  "UPDATE app.account 600",
  "UPDATE app.plain 600",
];

test("functions and operators that shadow those of PostgreSQL are never called", async () => {
  await attacker.sql.unsafe("CREATE SCHEMA evil");
  // Whatever name of pg_catalog stands in one of our bodies gets a shadow for each of its signatures.
  const functions = await admin.sql`
    select distinct p.proname as name, pg_get_function_identity_arguments(p.oid) as arguments,
      pg_get_function_result(p.oid) as result
    from pg_proc p
    where p.pronamespace = 'pg_catalog'::regnamespace and p.prokind = 'f'
      and exists (select from pg_proc o where o.pronamespace = 'annals'::regnamespace
        and o.prosrc ~ ('\\m' || p.proname || '\\('))`;
  const operators = await admin.sql`
    select oprname as name, oprleft::regtype::text as left, oprright::regtype::text as right, oprresult::regtype::text as result
    from pg_operator
    where oprnamespace = 'pg_catalog'::regnamespace and oprkind = 'b'
      and exists (select from pg_proc o where o.pronamespace = 'annals'::regnamespace and strpos(o.prosrc, oprname) > 0)`;
  const trap = (name: string) => `LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'hijacked by ${name}'; END $$`;
  let shadows = 0;
  const shadow = async (text: string) => {
    // Some signatures cannot be written in plpgsql (internal types), and none of those matters.
    await attacker.sql.unsafe(text).then(
      () => (shadows += 1),
      () => {},
    );
  };
  for (const { name, arguments: list, result } of functions) {
    await shadow(`CREATE FUNCTION evil.${name}(${list}) RETURNS ${result} ${trap(name)}`);
  }
  for (const [index, { name, left, right, result }] of operators.entries()) {
    await shadow(`CREATE FUNCTION evil.op${index}(${left}, ${right}) RETURNS ${result} ${trap(name.replaceAll("%", "%%"))};
      CREATE OPERATOR evil.${name} (LEFTARG = ${left}, RIGHTARG = ${right}, FUNCTION = evil.op${index})`);
  }
  expect(shadows).toBeGreaterThan(300);
  await attacker.sql.unsafe("SET search_path = evil, annals, app, pg_catalog");
  // The trap does catch whoever is not qualified.
  await expect(attacker.sql.unsafe("SELECT now()")).rejects.toThrow("hijacked by now");
  await expect(attacker.sql.unsafe("SELECT 1 = 1")).rejects.toThrow("hijacked by =");
  expect(await useEverything(attacker)).toEqual(everything);
}, 120_000);

test("temporary tables and types that are called like ours or the server's are not taken for them", async () => {
  const names = await admin.sql`
    select relname as name from pg_class where relnamespace = 'annals'::regnamespace and relkind in ('r', 'p')
    union select relname from pg_class where relnamespace = 'pg_catalog'::regnamespace and relkind in ('r', 'v')
    union select unnest(array['new_rows', 'old_rows', 'taken', 'source', 'text', 'jsonb', 'bigint', 'name', 'json'])`;
  for (const { name } of names) await attacker.sql.unsafe(`CREATE TEMPORARY TABLE "${name}" (bait int)`);
  expect(await useEverything(attacker)).toEqual(everything);
  await attacker.sql.unsafe("SET search_path = pg_temp, annals, app, pg_catalog");
  expect(await useEverything(attacker)).toEqual(everything);
  for (const table of ["outbox", "audit_log", "head", "segment", "rejected"]) {
    const bait = await attacker.sql.unsafe(`SELECT FROM pg_temp."${table}"`);
    expect(bait, table).toHaveLength(0);
  }
});

test("settings of the session change nothing about what is masked and filed", async () => {
  await attacker.sql.unsafe(`SET standard_conforming_strings = off; SET escape_string_warning = off;
    SET bytea_output = escape; SET datestyle = 'SQL, DMY'; SET intervalstyle = sql_standard; SET timezone = 'Asia/Kathmandu';
    SET row_security = off; SET extra_float_digits = -15; SET xmlbinary = hex; SET quote_all_identifiers = on`);
  expect(await useEverything(attacker)).toEqual(everything);
  const leaked = await admin.sql`select from annals.audit_log where changes::text ~ 'secret[0-9]|"other"'`;
  expect(leaked).toHaveLength(0);
  const masked = await admin.sql`select distinct changes -> 'apiToken' as token from annals.audit_log
    where object_type = 'app.account' and action = 'UPDATE'`;
  expect(masked.map((row) => row.token)).toEqual([{ masked: true }]);
});

test("a cast of the host's own type is not run, so it can do nothing as capture", async () => {
  await admin.sql.unsafe(`
    CREATE TYPE app.coin AS ENUM ('penny');
    CREATE FUNCTION app.steal(app.coin) RETURNS json LANGUAGE plpgsql AS $$
    DECLARE
      attempt text;
      outcome text := '';
    BEGIN
      FOREACH attempt IN ARRAY ARRAY[
        'DELETE FROM annals.audit_log', 'SELECT * FROM annals.outbox', 'SELECT * FROM annals.secret',
        'UPDATE annals.outbox SET op = op', 'SELECT annals.relay()', 'SELECT * FROM annals.audit_log',
        'CREATE TABLE annals.mine (a int)', 'SET ROLE annals_owner', 'SELECT * FROM app.plain',
        $q$INSERT INTO annals.outbox (op, object_type, db_role) VALUES ('E', 'audit', 'boss')$q$,
        $q$INSERT INTO annals.outbox (op, object_type, recorded_at) VALUES ('E', 'audit', '2001-01-01')$q$,
        $q$INSERT INTO annals.outbox (op, object_type, tx) VALUES ('E', 'audit', '5')$q$,
        $q$INSERT INTO annals.outbox (op, object_type, id) VALUES ('E', 'audit', 1)$q$
      ] LOOP
        BEGIN
          EXECUTE attempt;
          outcome := outcome || attempt || '; ';
        EXCEPTION WHEN insufficient_privilege OR invalid_parameter_value THEN NULL;
        END;
      END LOOP;
      RETURN pg_catalog.json_build_object('as', current_user, 'done', outcome);
    END $$;
    CREATE CAST (app.coin AS json) WITH FUNCTION app.steal(app.coin);
    CREATE TABLE app.purse (id int PRIMARY KEY, content app.coin);
    GRANT INSERT ON app.purse TO ${mallory};
    GRANT USAGE ON SCHEMA app TO annals_capture`);
  await track(admin.db, { tables: ["app.purse"] });
  await attacker.sql.unsafe("INSERT INTO app.purse VALUES (1, 'penny')");
  await admin.sql`select annals.relay()`;
  const [row] = await admin.sql`select changes -> 'content' -> 'new' as content from annals.audit_log
    where object_type = 'app.purse'`;
  // What happens to one that comes while plans are kept is in lib/capture/hostile.test.ts.
  expect(row?.content).toBe("penny");
});

test("a grant by mistake does not pass the guard, nor does a call stack made to look like ours", async () => {
  await admin.sql.unsafe(
    `GRANT SELECT, DELETE ON annals.audit_log TO ${mallory}; GRANT USAGE ON SCHEMA annals TO ${mallory}`,
  );
  await attacker.sql.unsafe(`
    CREATE SCHEMA IF NOT EXISTS xannals;
    CREATE FUNCTION xannals.relay(n int) RETURNS void LANGUAGE plpgsql AS 'BEGIN DELETE FROM annals.audit_log; END';
    CREATE SCHEMA "x annals";
    CREATE FUNCTION "x annals".relay(n int) RETURNS void LANGUAGE plpgsql AS 'BEGIN DELETE FROM annals.audit_log; END';
    CREATE SCHEMA " annals";
    CREATE FUNCTION " annals".relay(n int) RETURNS void LANGUAGE plpgsql AS 'BEGIN DELETE FROM annals.audit_log; END'`);
  const attempts = [
    "DELETE FROM annals.audit_log",
    "SELECT xannals.relay(1)",
    `SELECT "x annals".relay(1)`,
    `SELECT " annals".relay(1)`,
    "DO $$ BEGIN EXECUTE E'DELETE FROM annals.audit_log /*\\nPL/pgSQL function annals.relay(integer) line 1 at SQL statement*/'; END $$",
    "DO $$ BEGIN EXECUTE E'DELETE FROM annals.audit_log /*\"\\nannals.relay(\"*/'; END $$",
  ];
  for (const attempt of attempts) {
    await expect(attacker.sql.unsafe(attempt), attempt).rejects.toThrow("annals.audit_log is append-only");
  }
  await admin.sql.unsafe(`REVOKE ALL ON annals.audit_log FROM ${mallory}`);
});

test("the functions that file cannot be called, replaced or attached by anybody else", async () => {
  const attempts = [
    "SELECT annals.file('{1}', 1, false)",
    "SELECT annals.file_or_reject('{1}', 1)",
    "SELECT annals.reject('{1}', '{x}')",
    "SELECT annals.mask('x')",
    "SELECT annals.ensure_partitions(100)",
    "CREATE OR REPLACE FUNCTION annals.record(kind text, event json, context json) RETURNS void LANGUAGE sql AS ''",
    "CREATE FUNCTION annals.record(kind text, event jsonb) RETURNS void LANGUAGE sql AS ''",
    "ALTER FUNCTION annals.relay(int) SET search_path = evil",
    "SET ROLE annals_relay",
    "SET SESSION AUTHORIZATION annals_owner",
    "ALTER TABLE app.plain DISABLE TRIGGER annals_update",
    "CREATE RULE r AS ON INSERT TO annals.outbox DO INSTEAD NOTHING",
    "DO $$ BEGIN LOCK TABLE annals.outbox IN ACCESS EXCLUSIVE MODE; END $$",
  ];
  for (const attempt of attempts) {
    await expect(attacker.sql.unsafe(attempt), attempt).rejects.toMatchObject({ code: "42501" });
  }
  const [{ name } = { name: "" }] = await admin.sql<{ name: string }[]>`
    select function_name as name from annals.tracked_table where table_name = 'plain'`;
  await attacker.sql.unsafe("CREATE TABLE xannals.mine (a int)");
  await expect(
    attacker.sql.unsafe(`CREATE TRIGGER forge AFTER INSERT ON xannals.mine
      REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION annals.${name}()`),
  ).rejects.toMatchObject({ code: "42501" });
});
