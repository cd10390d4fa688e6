// What attacks on the capture have tried: a tracked table takes every write that PostgreSQL takes, and nobody learns or
// forges anything by way of it.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { openSession, type Session } from "../../testing/session.ts";
import { track } from "./track.ts";

let database: TestDatabase;
let session: Session;
const mallory = `annals_host_${process.pid}`;

beforeAll(async () => {
  database = await openTestDatabase();
  session = openSession(database.url);
  await session.sql.unsafe(`CREATE ROLE ${mallory} LOGIN`);
});
afterAll(async () => {
  await session.sql.unsafe(`DROP SCHEMA public CASCADE; DROP ROLE ${mallory}`);
  await session.close();
  await database.close();
});
beforeEach(async () => {
  await session.sql.unsafe(`RESET ALL; DROP SCHEMA public CASCADE; CREATE SCHEMA public;
    GRANT ALL ON SCHEMA public TO ${mallory}; DELETE FROM annals.tracked_table`);
});

const run = (sql: string) => session.db.query<Record<string, unknown>>(sql);

/** The newest events, oldest first, as the action with the changes. */
async function newest(count: number): Promise<unknown[]> {
  await run("SELECT annals.relay(1000000)");
  const [rest] = await run(
    "SELECT annals.waiting()::int AS waiting, (SELECT json_agg(error) FROM annals.rejected) AS rejected",
  );
  expect(rest).toEqual({ waiting: 0, rejected: null });
  const rows = await run(`SELECT action, changes FROM annals.audit_log ORDER BY seq DESC LIMIT ${count}`);
  return rows.map(({ action, changes }) => [action, changes]).reverse();
}

/** Whether a text stands anywhere in schema annals. */
async function isStored(text: string): Promise<boolean> {
  const tables = await run(
    "SELECT c.oid::regclass::text AS name FROM pg_class c WHERE c.relnamespace = 'annals'::regnamespace AND c.relkind = 'r'",
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

const masked = { masked: true };

describe("content that jsonb refuses", () => {
  const contents = [`"\\u0000"`, "1e200000", `"\\ud800"`];
  const policies: [string, Parameters<typeof track>[1]][] = [
    ["a masked column", { tables: ["t"], masked: ["iban"] }],
    ["an ignored column", { tables: ["t"], ignored: ["iban"] }],
    ["a masked json column", { tables: ["t"], masked: ["j", "iban"] }],
  ];
  it.each(policies.flatMap(([name, options]) => contents.map((content) => ({ name, options, content }))))(
    "$content beside $name does not fail the write",
    async ({ options, content }) => {
      await run("CREATE TABLE t (id int PRIMARY KEY, j json, iban text)");
      await track(session.db, options);
      await run(`INSERT INTO t VALUES (1, '${content}', 'hidden-1'); UPDATE t SET iban = 'hidden-2', j = '${content.replace("1e", "2e")}'; DELETE FROM t;
        INSERT INTO t SELECT i, '${content}', 'hidden-3' FROM generate_series(1, 600) AS i`);
      expect(await newest(600)).toHaveLength(600);
      expect(await isStored("hidden-")).toBe(false);
    },
  );
});

describe("masking", () => {
  it("goes by domains, enums, composites and arrays too, and by each column that takes their place", async () => {
    await run(`CREATE DOMAIN d AS text NOT NULL CHECK (length(VALUE) > 3); CREATE TYPE e AS ENUM ('canary-enum', 'other');
      CREATE TYPE c AS (a text, b json); CREATE DOMAIN dj AS json;
      CREATE TABLE t (id int PRIMARY KEY, s1 d, s2 e, s3 c, s4 text[], s5 json, s6 dj, plain d, j json)`);
    await track(session.db, { tables: ["t"], masked: ["s1", "s2", "s3", "s4", "s5", "s6"] });
    await run(
      `INSERT INTO t VALUES (1, 'canary-domain', 'canary-enum', ROW('canary-a', '"canary-\\u0000"'), '{canary-array}', '"canary-json\\u0000"', '"canary-dj"', 'plain', '1')`,
    );
    await run("UPDATE t SET s1 = 'canary-domain2', s6 = '1'");
    expect(await isStored("canary")).toBe(false);
    expect(await newest(2)).toEqual([
      [
        "CREATE",
        {
          id: { new: 1 },
          j: { new: 1 },
          plain: { new: "plain" },
          s1: masked,
          s2: masked,
          s3: masked,
          s4: masked,
          s5: masked,
          s6: masked,
        },
      ],
      ["UPDATE", { s1: masked, s6: masked }],
    ]);
    await run(
      "ALTER TABLE t ALTER s4 TYPE text USING 'canary-retyped', ALTER s1 TYPE text; ALTER TABLE t RENAME s5 TO s7; ALTER TABLE t DROP s6",
    );
    await run(
      "BEGIN; UPDATE t SET s4 = 'canary-4', s7 = '\"canary-7\"'; ALTER TABLE t ADD password text; UPDATE t SET password = 'canary-p'; COMMIT",
    );
    expect(await isStored("canary")).toBe(false);
    expect(await newest(2)).toEqual([
      ["UPDATE", { s4: masked, s7: masked }],
      ["UPDATE", { password: masked }],
    ]);
  });

  it("holds for a column that a repeatable read cannot see yet in the catalogue", async () => {
    await run("CREATE TABLE t (id int PRIMARY KEY, a int)");
    await track(session.db, { tables: ["t"] });
    const late = openSession(database.url);
    await late.db.query("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT FROM pg_class LIMIT 1");
    await run("ALTER TABLE t ADD api_token text");
    await late.db.query("INSERT INTO t VALUES (1, 2, 'canary-late'); COMMIT");
    await late.close();
    expect(await isStored("canary-late")).toBe(false);
    expect(await newest(1)).toEqual([["CREATE", { id: { new: "1" }, a: { new: "2" }, api_token: masked }]]);
  });

  it("a session that planned its writes in such a snapshot is quick again after it", async () => {
    await run("CREATE TABLE t (id int PRIMARY KEY, a int)");
    await track(session.db, { tables: ["t"] });
    const late = openSession(database.url);
    await late.db.query("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT FROM pg_class LIMIT 1");
    await run("ALTER TABLE t ADD b int");
    for (let id = 1; id <= 8; id++) await late.db.query(`INSERT INTO t VALUES (${id}, 2)`);
    await late.db.query("COMMIT; INSERT INTO t VALUES (9, 2); INSERT INTO t VALUES (10, 2)");
    await late.close();
    // The slow way appends in a transaction within the transaction.
    expect(
      await run("SELECT xmin::text <> tx::text AS slow FROM annals.outbox ORDER BY id DESC LIMIT 3"),
    ).toEqual([{ slow: false }, { slow: true }, { slow: true }]);
    expect(await newest(1)).toEqual([["CREATE", { id: { new: 10 }, a: { new: 2 }, b: { new: null } }]]);
  });

  it("holds for a partition that was detached and changed by itself", async () => {
    await run(
      `CREATE TABLE t (id int, iban text) PARTITION BY RANGE (id); CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (10)`,
    );
    await track(session.db, { tables: ["t"], masked: ["iban"] });
    await run(`BEGIN; INSERT INTO t VALUES (1, 'canary-0'); ALTER TABLE t DETACH PARTITION t1; ALTER TABLE t1 RENAME iban TO account;
      INSERT INTO t1 VALUES (2, 'canary-detached'); ALTER TABLE t1 RENAME account TO iban; ALTER TABLE t ATTACH PARTITION t1 FOR VALUES FROM (0) TO (10);
      INSERT INTO t VALUES (3, 'canary-again'); COMMIT`);
    expect(await isStored("canary")).toBe(false);
    expect(await newest(3)).toEqual([
      ["CREATE", { id: { new: 1 }, iban: masked }],
      ["CREATE", { id: { new: 2 }, account: masked }],
      ["CREATE", { id: { new: 3 }, iban: masked }],
    ]);
  });

  it("is told by nothing that a value can imitate", async () => {
    await run("CREATE TABLE t (id int PRIMARY KEY, note jsonb, password text)");
    await track(session.db, { tables: ["t"] });
    const fake = `{"$masked": 1, "masked": true, "secret": "visible"}`;
    await run(`INSERT INTO t VALUES (1, '${fake}', 'p'); UPDATE t SET note = '[["note"], [], [["x"]]]'`);
    await run(`CREATE TABLE u (id int PRIMARY KEY, note jsonb)`);
    await track(session.db, { tables: ["u"] });
    await run(`INSERT INTO u VALUES (1, '${fake}')`);
    expect(await newest(3)).toEqual([
      ["CREATE", { id: { new: 1 }, note: { new: JSON.parse(fake) }, password: masked }],
      ["UPDATE", { note: { old: JSON.parse(fake), new: [["note"], [], [["x"]]] } }],
      ["CREATE", { id: { new: 1 }, note: { new: JSON.parse(fake) } }],
    ]);
  });

  it("shows its key to nobody who prints the plan of a write", async () => {
    const [secret] = await run("SELECT mask_key FROM annals.secret");
    const bytes = [...(secret as { mask_key: Buffer }).mask_key]
      .slice(0, 12)
      .map((byte) => (byte > 127 ? byte - 256 : byte))
      .join(" ");
    const notices: string[] = [];
    const { default: postgres } = await import("postgres");
    const sql = postgres(database.url, {
      max: 1,
      onnotice: ({ message, detail }) => notices.push(`${message} ${detail}`),
    });
    await run("CREATE TABLE t (id int PRIMARY KEY, password text, d text)");
    await track(session.db, { tables: ["t"] });
    for (const mode of ["force_generic_plan", "force_custom_plan"]) {
      await sql.unsafe(
        `SET debug_print_plan = on; SET debug_print_parse = on; SET debug_print_rewritten = on; SET client_min_messages = log; SET plan_cache_mode = ${mode}`,
      );
      await sql.unsafe("INSERT INTO t VALUES (1, 'x'); UPDATE t SET password = 'y'; DELETE FROM t");
      await sql.unsafe(
        "ALTER TABLE t ADD e jsonb; CREATE DOMAIN pw AS text NOT NULL; ALTER TABLE t ADD pin pw DEFAULT 'p'; INSERT INTO t VALUES (1, 'x'); UPDATE t SET pin = 'y'; DELETE FROM t; ALTER TABLE t DROP e, DROP pin; DROP DOMAIN pw",
      );
    }
    await sql.end();
    const printed = notices.join(" ").replace(/\s+/g, " ");
    expect(printed).toContain("PLANNEDSTMT");
    expect(printed).not.toContain(bytes);
  });
});

describe("a cast of the host's to json", () => {
  const mayDoNothing = [
    // Up to PostgreSQL 15 it ends what makes the others fail: then all that was done has to be undone.
    "RESET transaction_read_only",
    "SELECT setval('annals.outbox_id', 1)",
    "DROP FUNCTION annals.capture_x() CASCADE",
    "ALTER FUNCTION annals.record(text, json, json) SECURITY INVOKER",
    "INSERT INTO annals.outbox (op, object_type, new_rows) VALUES ('E', 'audit', '{}')",
    'SELECT annals.record(\'events\', \'{"event_type":"INFO","title":"forged"}\')',
    "SELECT mask_key FROM annals.secret",
    "SET transaction_read_only = off",
    "SELECT set_config('transaction_read_only', 'off', false)",
    "CREATE TABLE public.mine (a int)",
    "CREATE TEMP TABLE mine (a int)",
    "SET ROLE annals_owner",
  ];

  it("that was there before is not run: the value is recorded as its text", async () => {
    await run(`CREATE TABLE private (a int); CREATE TYPE e AS ENUM ('one', 'two');
      CREATE FUNCTION to_js(e) RETURNS json LANGUAGE plpgsql AS $$ BEGIN PERFORM * FROM private; RETURN '{"cast": true}'; END $$;
      CREATE CAST (e AS json) WITH FUNCTION to_js(e);
      CREATE TABLE t (id int PRIMARY KEY, e e, es e[], password text); GRANT ALL ON t TO ${mallory}`);
    await track(session.db, { tables: ["t"] });
    const host = openSession(database.url, mallory);
    await host.db.query("INSERT INTO t VALUES (1, 'one', '{one}', 'canary'); UPDATE t SET e = 'two'");
    await host.close();
    expect(await newest(2)).toEqual([
      ["CREATE", { id: { new: 1 }, e: { new: "one" }, es: { new: "{one}" }, password: masked }],
      ["UPDATE", { e: { old: "one", new: "two" } }],
    ]);
  });

  /** What the attempts would leave behind. */
  async function traces(functionName?: string) {
    const [row] = await run(`SELECT to_regclass('public.mine')::text AS made,
        (SELECT count(*)::int FROM pg_proc WHERE proname = '${functionName}') AS functions,
        (SELECT prosecdef FROM pg_proc WHERE oid = 'annals.record(text, json, json)'::regprocedure) AS definer,
        (SELECT count(*)::int FROM annals.outbox) AS appended`);
    return row as { made: string | null; functions: number; definer: boolean; appended: number };
  }

  it("that comes later, while a session keeps its plans, can change and read nothing, and one that fails fails no write", async () => {
    await run(
      `CREATE TYPE e AS ENUM ('one', 'two'); CREATE TABLE t (id int PRIMARY KEY, e e); CREATE TABLE private (a int)`,
    );
    const [tracked] = await track(session.db, { tables: ["t"] });
    await run(
      `GRANT USAGE ON SCHEMA public TO PUBLIC; ALTER TABLE t OWNER TO ${mallory}; ALTER TYPE e OWNER TO ${mallory}`,
    );
    const host = openSession(database.url, mallory);
    for (let id = 1; id <= 7; id++) await host.db.query(`INSERT INTO t VALUES (${id}, 'one')`);
    const attempts = mayDoNothing
      .map((text) => `$q$${text.replace("capture_x", tracked?.functionName ?? "")}$q$`)
      .join(", ");
    await host.db.query(`CREATE FUNCTION to_js(e) RETURNS json LANGUAGE plpgsql AS $$
      DECLARE attempt text; done text := '';
      BEGIN
        FOREACH attempt IN ARRAY ARRAY[${attempts}] LOOP
          BEGIN EXECUTE attempt; done := done || attempt || '; '; EXCEPTION WHEN OTHERS THEN NULL; END;
        END LOOP;
        RETURN json_build_object('as', current_user, 'done', done);
      END $$;
      GRANT EXECUTE ON FUNCTION to_js(e) TO PUBLIC`);
    await host.db.query("CREATE CAST (e AS json) WITH FUNCTION to_js(e)");
    const before = await traces(tracked?.functionName);
    await host.db.query("INSERT INTO t VALUES (8, 'one')");
    expect(await traces(tracked?.functionName)).toEqual({ ...before, appended: before.appended + 1 });
    const [created] = await newest(1);
    expect(created).toMatchObject(["CREATE", { id: { new: 8 }, e: { new: { as: "annals_capture" } } }]);
    await host.db.query(
      "CREATE OR REPLACE FUNCTION to_js(e) RETURNS json LANGUAGE plpgsql AS $$ BEGIN PERFORM * FROM private; RETURN '1'; END $$",
    );
    await host.db.query("INSERT INTO t VALUES (9, 'one'); INSERT INTO t VALUES (10, 'two')");
    const [mode] = await host.db.query("SELECT current_setting('transaction_read_only') AS mode");
    expect(mode).toEqual({ mode: "off" });
    await host.close();
    expect(await newest(2)).toEqual([
      ["CREATE", { id: { new: 9 }, e: { new: "one" } }],
      ["CREATE", { id: { new: 10 }, e: { new: "two" } }],
    ]);
  });
});

describe("the settings of a session", () => {
  const odd = `SET extra_float_digits = -15; SET bytea_output = escape; SET datestyle = 'SQL, DMY'; SET intervalstyle = sql_standard;
    SET timezone = 'Asia/Kathmandu'; SET lc_monetary = 'C'; SET quote_all_identifiers = on`;
  const table = `CREATE TYPE pair AS (a float8, at timestamptz); CREATE DOMAIN moment AS timestamptz;
    CREATE TABLE t (at timestamptz, d float8, f float4, b bytea, i interval, r tstzrange, dr daterange, p point, ats timestamptz[],
      pair pair, m moment, c regclass, note text, PRIMARY KEY (at))`;
  const row = `'2026-07-01 12:00:00.123456+00', 0.1, 0.3, '\\x00ff41', '1 day 02:00:00', '[2026-01-01 00:00+00,2026-02-01 00:00+00)', '[2026-01-01,2026-02-01)',
      '(0.1,0.2)', '{2026-01-01 00:00+00}', ROW(0.1, '2026-01-01 00:00+00'), '1999-12-31 23:59:59+00', 'pg_catalog.pg_class'`;
  const policies: [string, Partial<Parameters<typeof track>[1]>][] = [
    ["all shown", {}],
    ["one masked", { masked: ["note"] }],
  ];

  it.each(policies)("do not show in what is recorded: %s", async (_, policy) => {
    await run(table);
    await track(session.db, { tables: ["t"], ...policy });
    await run(`INSERT INTO t VALUES (${row}); DELETE FROM t`);
    const plain = await newest(2);
    await run(`${odd}; INSERT INTO t VALUES (${row}); DELETE FROM t; RESET ALL`);
    expect(await newest(2)).toEqual(plain);
    expect(plain[0]).toEqual([
      "CREATE",
      expect.objectContaining({
        at: { new: "2026-07-01T12:00:00.123456+00:00" },
        d: { new: 0.1 },
        f: { new: 0.3 },
        b: { new: "\\x00ff41" },
        i: { new: "1 day 02:00:00" },
        m: { new: "1999-12-31T23:59:59+00:00" },
        p: { new: "(0.1,0.2)" },
        r: { new: '["2026-01-01 00:00:00+00","2026-02-01 00:00:00+00")' },
        pair: { new: { a: 0.1, at: "2026-01-01T00:00:00+00:00" } },
        ats: { new: ["2026-01-01T00:00:00+00:00"] },
      }),
    ]);
    const keys = await run(
      "SELECT DISTINCT object_id FROM annals.audit_log WHERE object_type = 't' AND seq > (SELECT seq - 4 FROM annals.head)",
    );
    expect(keys).toEqual([{ object_id: "2026-07-01T12:00:00.123456+00:00" }]);
  });

  it("hide no change of a number, and are the session's own again afterwards", async () => {
    await run("CREATE TABLE t (id int PRIMARY KEY, d float8, c regclass); INSERT INTO t VALUES (1, 1)");
    await track(session.db, { tables: ["t"] });
    await run("SET extra_float_digits = -15; SET timezone = 'Asia/Kathmandu'");
    await run("UPDATE t SET d = 1.0000000000000002");
    await run("BEGIN; SET LOCAL timezone = 'Asia/Tokyo'; UPDATE t SET d = 1");
    expect(
      await run(
        "SELECT current_setting('timezone') AS zone, current_setting('extra_float_digits') AS digits",
      ),
    ).toEqual([{ zone: "Asia/Tokyo", digits: "-15" }]);
    await run("COMMIT");
    expect(await run("SELECT current_setting('timezone') AS zone")).toEqual([{ zone: "Asia/Kathmandu" }]);
    await run("RESET ALL");
    const [, second] = await newest(2);
    const rows = await run(
      "SELECT (changes -> 'd' -> 'new')::text AS value FROM annals.audit_log ORDER BY seq DESC LIMIT 2",
    );
    expect(second).toEqual(["UPDATE", { d: expect.anything() }]);
    expect(rows.map(({ value }) => value)).toEqual(["1", "1.0000000000000002"]);
  });

  it("do not show in what a composite type was given after a session has planned its writes", async () => {
    await run("CREATE TYPE part AS (n int); CREATE TABLE t (id int PRIMARY KEY, c part, cs part[])");
    await track(session.db, { tables: ["t"] });
    for (let id = 1; id <= 8; id++)
      await run(`INSERT INTO t VALUES (${id}, ROW(1)); UPDATE t SET c = ROW(2) WHERE id = ${id}`);
    await run(`ALTER TYPE part ADD ATTRIBUTE f float8, ADD ATTRIBUTE r tstzrange;
      SET extra_float_digits = -15; SET timezone = 'Asia/Tokyo'; SET datestyle = 'German';
      INSERT INTO t VALUES (9, ROW(1, 1, '[2026-01-01 00:00Z,)'), ARRAY[ROW(1, 0.1, NULL)::part]);
      UPDATE t SET c.f = 1.0000000000000002 WHERE id = 9; RESET ALL`);
    await newest(2);
    expect(
      await run(
        "SELECT action, (changes -> 'c' -> 'new')::text AS value FROM annals.audit_log ORDER BY seq DESC LIMIT 2",
      ),
    ).toEqual([
      {
        action: "UPDATE",
        value: '{"f": 1.0000000000000002, "n": 1, "r": "[\\"2026-01-01 00:00:00+00\\",)"}',
      },
      { action: "CREATE", value: '{"f": 1, "n": 1, "r": "[\\"2026-01-01 00:00:00+00\\",)"}' },
    ]);
  });
});

describe("a statement whose old and new rows are not as many", () => {
  const suppress = `CREATE FUNCTION not_there() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.a = 'stay out' THEN RETURN NULL; END IF; RETURN NEW; END $$;
    CREATE TRIGGER guard BEFORE INSERT ON t_high FOR EACH ROW EXECUTE FUNCTION not_there()`;
  const make = (key: string) => `CREATE TABLE t (id int, day int, a text${key}) PARTITION BY RANGE (day);
    CREATE TABLE t_low PARTITION OF t FOR VALUES FROM (0) TO (10); CREATE TABLE t_high PARTITION OF t FOR VALUES FROM (10) TO (20); ${suppress}`;
  it.each([", PRIMARY KEY (id, day)", ""])("is deletions and creations: %j", async (key) => {
    await run(`${make(key)}; INSERT INTO t VALUES (1, 5, 'stay out'), (2, 5, 'go'), (3, 5, 'go')`);
    await track(session.db, { tables: ["t"] });
    await run("UPDATE t SET day = 15 WHERE id = 1");
    expect(await newest(1)).toEqual([
      ["DELETE", { id: { old: 1 }, day: { old: 5 }, a: { old: "stay out" } }],
    ]);
    await run("INSERT INTO t VALUES (1, 5, 'stay out'); UPDATE t SET day = day + 10");
    const events = await newest(5);
    expect(events.map((event) => (event as [string])[0])).toEqual([
      "DELETE",
      "DELETE",
      "DELETE",
      "CREATE",
      "CREATE",
    ]);
  });

  it("also with more rows than one chunk holds", async () => {
    await run(
      `${make("")}; INSERT INTO t SELECT i, 5, CASE i % 2 WHEN 0 THEN 'go' ELSE 'stay out' END FROM generate_series(1, 1400) AS i`,
    );
    await track(session.db, { tables: ["t"] });
    await run("UPDATE t SET day = 15");
    const events = await newest(2100);
    expect(events.filter((event) => (event as [string])[0] === "DELETE")).toHaveLength(1400);
    expect(events.filter((event) => (event as [string])[0] === "CREATE")).toHaveLength(700);
  });
});

describe("size", () => {
  const policies: [string, Partial<Parameters<typeof track>[1]>][] = [
    ["all shown", {}],
    ["one masked", { masked: ["secret"] }],
  ];
  it.each(policies)(
    "rows that are large together are captured in chunks of bounded size: %s",
    async (_, policy) => {
      // 501 rows of 2.2 MB, with which this failed once, take a minute.
      await run(
        "CREATE TABLE t (id int PRIMARY KEY, secret text, big text); ALTER TABLE t ALTER big SET STORAGE EXTERNAL",
      );
      await track(session.db, { tables: ["t"], revealed: ["secret"], ...policy });
      await run(
        "INSERT INTO t SELECT i, 's', repeat('x', 2200000) FROM generate_series(1, 20) AS i; UPDATE t SET secret = 't'",
      );
      const chunks = await run(
        "SELECT op::text, sum(rows)::int AS rows, max(octet_length(new_rows)) < 10000000 AS bounded FROM annals.outbox GROUP BY op ORDER BY op",
      );
      expect(chunks).toEqual([
        { op: "I", rows: 20, bounded: true },
        { op: "U", rows: 20, bounded: true },
      ]);
      expect((await newest(20)).at(19)).toEqual([
        "UPDATE",
        { secret: policy.masked ? masked : { old: "s", new: "t" } },
      ]);
    },
  );

  it("an update of a value that is small when compressed, and too large as JSON, does not fail", async () => {
    await run(
      "CREATE TABLE t (id int PRIMARY KEY, a int, doc text); INSERT INTO t VALUES (1, 1, repeat(chr(1), 200000000))",
    );
    await track(session.db, { tables: ["t"] });
    await run("UPDATE t SET a = 2");
    expect(await newest(1)).toEqual([["UPDATE", { a: { old: 1, new: 2 } }]]);
  }, 60_000);

  // 262,144 bytes a side is the most that the way of a single row takes.
  it.each([261_000, 262_000, 262_130, 262_200, 263_000, 523_000, 524_300, 530_000])(
    "one row of %i bytes that PostgreSQL keeps as they are leaves an event for each write",
    async (bytes) => {
      await run(
        "CREATE TABLE t (id int PRIMARY KEY, a int, doc text); ALTER TABLE t ALTER doc SET STORAGE EXTERNAL",
      );
      await track(session.db, { tables: ["t"] });
      await run(
        `INSERT INTO t VALUES (1, 1, repeat('x', ${bytes})); UPDATE t SET a = 2; UPDATE t SET a = 2; DELETE FROM t`,
      );
      expect((await newest(3)).map((event) => (event as string[])[0])).toEqual([
        "CREATE",
        "UPDATE",
        "DELETE",
      ]);
      expect((await newest(2))[0]).toEqual(["UPDATE", { a: { old: 1, new: 2 } }]);
    },
  );

  it("a value of over 32 MB is recorded by its size and hash, up to 1 GB", async () => {
    await run(
      "CREATE TABLE t (id int PRIMARY KEY, doc text, bin bytea, j jsonb, password text); ALTER TABLE t ALTER doc SET STORAGE EXTERNAL, ALTER bin SET STORAGE EXTERNAL",
    );
    await track(session.db, { tables: ["t"] });
    await run(`INSERT INTO t VALUES (1, repeat(chr(1), 40000000), NULL, '1', 'canary')`);
    await run("UPDATE t SET password = 'canary2'");
    await run(`UPDATE t SET doc = 'small', bin = convert_to(repeat('y', 40000000), 'UTF8')`);
    await run("DELETE FROM t");
    expect(await isStored("canary")).toBe(false);
    const [sha] = await run(
      "SELECT encode(sha256(convert_to(repeat('y', 40000000), 'UTF8')), 'hex') AS y, encode(sha256(convert_to(repeat(chr(1), 40000000), 'UTF8')), 'hex') AS one",
    );
    const doc = { $cut: "\u0001".repeat(1300), $length: 40000000, $sha256: sha?.one };
    const bin = { $bytes: 40000000, $sha256: sha?.y };
    expect(await newest(4)).toEqual([
      ["CREATE", { id: { new: 1 }, doc: { new: doc }, bin: { new: null }, j: { new: 1 }, password: masked }],
      ["UPDATE", { password: masked }],
      ["UPDATE", { doc: { old: doc, new: "small" }, bin: { old: null, new: bin } }],
      [
        "DELETE",
        { id: { old: 1 }, doc: { old: "small" }, bin: { old: bin }, j: { old: 1 }, password: masked },
      ],
    ]);
  });

  it("600 columns, 300 of them masked, and names of 63 bytes", async () => {
    const name = "ä".repeat(31);
    const columns = Array.from({ length: 600 }, (_, i) => `${i % 2 ? "secret" : "c"}_${i} text`).join(", ");
    await run(`CREATE TABLE "${name}" (id int PRIMARY KEY, "${"ö".repeat(31)}" int, ${columns})`);
    await track(session.db, { tables: [`"${name}"`], label: "" });
    await run(
      `INSERT INTO "${name}" (id, c_0, secret_1) VALUES (1, 'x', 'canary-wide'); UPDATE "${name}" SET c_2 = 'y', secret_599 = 'canary-wide'`,
    );
    expect(await isStored("canary-wide")).toBe(false);
    const [created, updated] = (await newest(2)) as [string, Record<string, unknown>][];
    expect(Object.keys(created?.[1] ?? {})).toHaveLength(602);
    expect(updated).toEqual(["UPDATE", { c_2: { old: null, new: "y" }, secret_599: masked }]);
  });
});

describe("the server's and the table's own ways", () => {
  it("row level security that is forced, a role with few column rights, and plans compiled at once", async () => {
    await run(`CREATE TABLE t (id int PRIMARY KEY, a int, password text); ALTER TABLE t ENABLE ROW LEVEL SECURITY; ALTER TABLE t FORCE ROW LEVEL SECURITY;
      CREATE POLICY own ON t USING (id < 10); GRANT INSERT (id, a), UPDATE (a), SELECT (id), DELETE ON t TO ${mallory}`);
    await track(session.db, { tables: ["t"] });
    const host = openSession(database.url, mallory);
    await host.db.query(
      "SET jit = on; SET jit_above_cost = 0; SET jit_inline_above_cost = 0; SET jit_optimize_above_cost = 0; SET parallel_setup_cost = 0; SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0; SET row_security = on",
    );
    await host.db.query(
      "INSERT INTO t (id, a) VALUES (1, 2); UPDATE t SET a = 3 WHERE id = 1; INSERT INTO t (id, a) SELECT i - 600, i FROM generate_series(1, 600) AS i; DELETE FROM t WHERE id = 1",
    );
    await host.close();
    expect((await newest(603)).slice(0, 2)).toEqual([
      ["CREATE", { id: { new: 1 }, a: { new: 2 }, password: masked }],
      ["UPDATE", { a: { old: 2, new: 3 } }],
    ]);
  });

  it("types and columns that change between writes of one transaction, in a session that has plans for all", async () => {
    await run(`CREATE TYPE inner_part AS (x int, y text); CREATE TYPE outer_part AS (p inner_part, ps inner_part[]); CREATE DOMAIN positive AS int CHECK (VALUE > 0);
      CREATE TABLE t (id int PRIMARY KEY, gone text, a int, o outer_part, ds positive[])`);
    await track(session.db, { tables: ["t"] });
    for (let id = 1; id <= 7; id++)
      await run(
        `INSERT INTO t VALUES (${id}, 'g', 1, ROW(ROW(1, 'a'), ARRAY[ROW(2, 'b')::inner_part]), '{1,2}'); UPDATE t SET a = 2 WHERE id = ${id}`,
      );
    await run(`BEGIN; UPDATE t SET a = 3 WHERE id = 1; ALTER TABLE t DROP gone, ALTER a TYPE text; UPDATE t SET a = 'x' WHERE id = 1;
      ALTER TYPE inner_part ADD ATTRIBUTE z float8; UPDATE t SET o = ROW(ROW(1, 'a', 0.1), NULL) WHERE id = 1; ALTER TABLE t ADD new_one jsonb DEFAULT '{"k": 1}';
      DELETE FROM t WHERE id = 1; COMMIT`);
    expect(await newest(4)).toEqual([
      ["UPDATE", { a: { old: 2, new: 3 } }],
      ["UPDATE", { a: { old: "3", new: "x" } }],
      [
        "UPDATE",
        {
          o: {
            old: { p: { x: 1, y: "a", z: null }, ps: [{ x: 2, y: "b", z: null }] },
            new: { p: { x: 1, y: "a", z: 0.1 }, ps: null },
          },
        },
      ],
      [
        "DELETE",
        {
          id: { old: 1 },
          a: { old: "x" },
          o: { old: { p: { x: 1, y: "a", z: 0.1 }, ps: null } },
          ds: { old: [1, 2] },
          new_one: { old: { k: 1 } },
        },
      ],
    ]);
  });

  it("a column that is called as the capture function calls a row or a variable", async () => {
    await run(
      `CREATE TABLE t (id int PRIMARY KEY, "annals.row" text, "annals.source" text, plan text, seen int, size int, chunk int, texts text[], password text)`,
    );
    await track(session.db, { tables: ["t"], masked: ["texts"] });
    await run(
      `INSERT INTO t VALUES (1, 'r', 's', 'p', 1, 2, 3, '{canary-texts}', 'canary-pw'); INSERT INTO t (id, plan) SELECT i, 'q' FROM generate_series(2, 700) AS i; UPDATE t SET plan = 'z'`,
    );
    expect(await isStored("canary-texts")).toBe(false);
    expect((await newest(1400))[0]).toEqual([
      "CREATE",
      {
        id: { new: 1 },
        "annals.row": { new: "r" },
        "annals.source": { new: "s" },
        plan: { new: "p" },
        seen: { new: 1 },
        size: { new: 2 },
        chunk: { new: 3 },
        texts: masked,
        password: masked,
      },
    ]);
  });

  it("the relay at work beside writers of one table, without a deadlock and without a lost event", async () => {
    await run(
      "CREATE TABLE t (id int PRIMARY KEY, a int, password text); INSERT INTO t SELECT i, 0, 'p' FROM generate_series(1, 20) AS i",
    );
    await track(session.db, { tables: ["t"] });
    const writers = [1, 2, 3].map(() => openSession(database.url));
    await Promise.all([
      ...writers.map(async ({ db }) => {
        for (let n = 0; n < 60; n++)
          await db.query(
            `BEGIN; UPDATE t SET a = a + 1 WHERE id = ${n % 20} + 1; UPDATE t SET a = a + 1, password = password || 'x' WHERE id = 20; COMMIT`,
          );
      }),
      (async () => {
        for (let n = 0; n < 40; n++) await run("SELECT annals.relay(50)");
      })(),
    ]);
    for (const writer of writers) await writer.close();
    await newest(1);
    const [row] = await run(
      "SELECT count(*)::int AS events FROM annals.audit_log WHERE object_type = 't' AND action = 'UPDATE' AND seq > (SELECT seq - 360 FROM annals.head)",
    );
    expect(row).toEqual({ events: 360 });
  });
});

describe("the way that rows go", () => {
  it.each([
    ["of built-in types", "id int PRIMARY KEY, total int, name text, at timestamptz", []],
    [
      "with a masked column",
      "id int PRIMARY KEY, total int, password text",
      ["as_json", "converted", "masks"],
    ],
  ])("of rows %s calls no more than it needs", async (_, columns, called) => {
    await run(`CREATE TABLE t (${columns})`);
    await track(session.db, { tables: ["t"] });
    await run(`BEGIN; SET LOCAL track_functions = 'all';
      DO $$ DECLARE n int; BEGIN FOREACH n IN ARRAY ARRAY[1, 2, 500, 1001] LOOP
        INSERT INTO t SELECT i, 1, 'a' FROM generate_series(1, n) AS i;
        UPDATE t SET total = 2; UPDATE t SET total = total; DELETE FROM t; END LOOP; END $$`);
    const calls =
      await run(`SELECT DISTINCT funcname FROM pg_stat_xact_user_functions WHERE schemaname = 'annals'
      AND funcname IN ('as_json', 'apart', 'converted', 'by_column', 'masks', 'mask', 'pin_settings') ORDER BY 1`);
    await run("COMMIT");
    expect(calls.map(({ funcname }) => funcname)).toEqual(called);
  });

  it("gathers fewer rows where a number of few bytes may have 147,455 digits", async () => {
    const columns = Array.from({ length: 20 }, (_, at) => `n${at} numeric`).join(", ");
    await run(`CREATE TABLE t (id int PRIMARY KEY, ${columns})`);
    await track(session.db, { tables: ["t"] });
    await run("INSERT INTO t (id, n1) SELECT i, 1e131071 FROM generate_series(1, 500) AS i");
    const chunks = await run("SELECT rows FROM annals.outbox ORDER BY id DESC LIMIT 3");
    expect(chunks).toEqual([{ rows: 94 }, { rows: 203 }, { rows: 203 }]);
    expect(await newest(500)).toHaveLength(500);
  });
});
