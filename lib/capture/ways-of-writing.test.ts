import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { openSession, type Session } from "../../testing/session.ts";
import { track } from "./track.ts";

/** One way of writing a table, and the events that it must leave, in order. */
interface Way {
  name: string;
  /** Makes the tables, each named after `t`, and fills them before they are tracked. */
  before: string[];
  track?: string[];
  /** Each is run by itself; a failing one is part of some ways. */
  writes: string[];
  mayFail?: boolean;
  /** `ACTION type#id field:old>new …`; values as JSON, an absent side is empty. */
  events: string[];
}

const simple = "CREATE TABLE t (id int PRIMARY KEY, a int, b text)";
const filled = [simple, "INSERT INTO t VALUES (1, 10, 'x'), (2, 20, 'y'), (3, 30, 'z')"];
const range = [
  "CREATE TABLE t (id int, day int, a text, PRIMARY KEY (id, day)) PARTITION BY RANGE (day)",
  "CREATE TABLE t_low PARTITION OF t FOR VALUES FROM (0) TO (10)",
  "CREATE TABLE t_high PARTITION OF t FOR VALUES FROM (10) TO (20)",
];
const created = (id: number, a: number, b: string) => `CREATE t#${id} a:>${a} b:>"${b}" id:>${id}`;
const deleted = (id: number, a: number, b: string) => `DELETE t#${id} a:${a}> b:"${b}"> id:${id}>`;

const ways: Way[] = [
  {
    name: "insert",
    before: [simple],
    writes: ["INSERT INTO t VALUES (1, 2, 'x')"],
    events: [created(1, 2, "x")],
  },
  {
    name: "insert of several rows",
    before: [simple],
    writes: ["INSERT INTO t VALUES (1, 2, 'x'), (2, 3, 'y')"],
    events: [created(1, 2, "x"), created(2, 3, "y")],
  },
  {
    name: "insert from a query",
    before: [simple],
    writes: ["INSERT INTO t SELECT i, i * 2, 'v' || i FROM generate_series(1, 3) i"],
    events: [created(1, 2, "v1"), created(2, 4, "v2"), created(3, 6, "v3")],
  },
  {
    name: "update of one field",
    before: filled,
    writes: ["UPDATE t SET a = 11 WHERE id = 1"],
    events: ["UPDATE t#1 a:10>11"],
  },
  {
    name: "update by an expression, of all rows",
    before: filled,
    writes: ["UPDATE t SET a = a + 1"],
    events: ["UPDATE t#1 a:10>11", "UPDATE t#2 a:20>21", "UPDATE t#3 a:30>31"],
  },
  {
    name: "update to null",
    before: filled,
    writes: ["UPDATE t SET b = NULL WHERE id = 2"],
    events: ['UPDATE t#2 b:"y">null'],
  },
  {
    name: "update from a join",
    before: filled,
    writes: ["UPDATE t SET b = v.b FROM (VALUES (1, 'n')) v(id, b) WHERE v.id = t.id"],
    events: ['UPDATE t#1 b:"x">"n"'],
  },
  { name: "update that changes nothing", before: filled, writes: ["UPDATE t SET a = a, b = b"], events: [] },
  {
    name: "update of which one row changes",
    before: filled,
    writes: ["UPDATE t SET a = 10"],
    events: ["UPDATE t#2 a:20>10", "UPDATE t#3 a:30>10"],
  },
  { name: "update of no row", before: filled, writes: ["UPDATE t SET a = 1 WHERE id = 99"], events: [] },
  { name: "delete", before: filled, writes: ["DELETE FROM t WHERE id = 2"], events: [deleted(2, 20, "y")] },
  { name: "delete of no row", before: filled, writes: ["DELETE FROM t WHERE false"], events: [] },
  {
    name: "delete using another table",
    before: filled,
    writes: ["DELETE FROM t USING (VALUES (3)) v(id) WHERE v.id = t.id"],
    events: [deleted(3, 30, "z")],
  },
  { name: "truncate", before: filled, writes: ["TRUNCATE t"], events: ["TRUNCATE t#"] },
  {
    name: "upsert that inserts",
    before: filled,
    writes: ["INSERT INTO t VALUES (4, 1, 'n') ON CONFLICT (id) DO UPDATE SET a = 0"],
    events: [created(4, 1, "n")],
  },
  {
    name: "upsert that updates",
    before: filled,
    writes: ["INSERT INTO t VALUES (1, 1, 'n') ON CONFLICT (id) DO UPDATE SET a = excluded.a"],
    events: ["UPDATE t#1 a:10>1"],
  },
  {
    name: "upsert that does nothing",
    before: filled,
    writes: ["INSERT INTO t VALUES (1, 1, 'n') ON CONFLICT DO NOTHING"],
    events: [],
  },
  {
    name: "upsert of both kinds at once",
    before: filled,
    writes: ["INSERT INTO t VALUES (1, 5, 'n'), (9, 5, 'n') ON CONFLICT (id) DO UPDATE SET a = excluded.a"],
    events: ["UPDATE t#1 a:10>5", created(9, 5, "n")],
  },
  {
    name: "writable CTE",
    before: filled,
    writes: [
      "WITH gone AS (DELETE FROM t WHERE id = 1 RETURNING *) INSERT INTO t SELECT id + 100, a, b FROM gone",
    ],
    events: [deleted(1, 10, "x"), created(101, 10, "x")],
  },
  {
    name: "a row touched by two statements of one transaction",
    before: filled,
    writes: ["BEGIN; UPDATE t SET a = 1 WHERE id = 1; UPDATE t SET a = 2 WHERE id = 1; COMMIT"],
    events: ["UPDATE t#1 a:10>1", "UPDATE t#1 a:1>2"],
  },
  {
    name: "rollback",
    before: filled,
    writes: ["BEGIN; UPDATE t SET a = 0; DELETE FROM t; ROLLBACK"],
    events: [],
  },
  {
    name: "savepoint rolled back",
    before: filled,
    writes: [
      "BEGIN; UPDATE t SET a = 1 WHERE id = 1; SAVEPOINT s; UPDATE t SET a = 2 WHERE id = 2; ROLLBACK TO s; UPDATE t SET a = 3 WHERE id = 3; COMMIT",
    ],
    events: ["UPDATE t#1 a:10>1", "UPDATE t#3 a:30>3"],
  },
  {
    name: "a statement that fails",
    before: filled,
    writes: ["UPDATE t SET id = 1 WHERE id = 2"],
    mayFail: true,
    events: [],
  },
  {
    name: "key that is itself updated",
    before: filled,
    writes: ["UPDATE t SET id = 7 WHERE id = 1"],
    events: [deleted(1, 10, "x"), created(7, 10, "x")],
  },
  {
    name: "keys that move along",
    before: [
      "CREATE TABLE t (id int, a int, PRIMARY KEY (id) DEFERRABLE)",
      "INSERT INTO t VALUES (1, 10), (2, 20)",
    ],
    writes: ["UPDATE t SET id = id + 1"],
    events: [
      "DELETE t#1 a:10> id:1>",
      "DELETE t#2 a:20> id:2>",
      "CREATE t#2 a:>10 id:>2",
      "CREATE t#3 a:>20 id:>3",
    ],
  },
  {
    name: "composite key",
    before: ["CREATE TABLE t (x int, y text, a int, PRIMARY KEY (x, y))", "INSERT INTO t VALUES (1, 'k', 5)"],
    writes: ["UPDATE t SET a = 6"],
    events: ['UPDATE t#[1, "k"] a:5>6'],
  },
  {
    name: "no key at all",
    before: ["CREATE TABLE t (a int, b text)", "INSERT INTO t VALUES (1, 'x')"],
    writes: ["UPDATE t SET a = 2", "DELETE FROM t"],
    events: ["UPDATE t# a:1>2", 'DELETE t# a:2> b:"x">'],
  },
  {
    name: "unique column in place of a key",
    before: ["CREATE TABLE t (code text NOT NULL UNIQUE, a int)", "INSERT INTO t VALUES ('c1', 1)"],
    writes: ["UPDATE t SET a = 2"],
    events: ["UPDATE t#c1 a:1>2"],
  },
  {
    name: "cascade from parent to child",
    before: [
      "CREATE TABLE t (id int PRIMARY KEY)",
      "CREATE TABLE t_child (id int PRIMARY KEY, t_id int REFERENCES t ON DELETE CASCADE)",
      "INSERT INTO t VALUES (1), (2)",
      "INSERT INTO t_child VALUES (10, 1), (11, 1), (12, 2)",
    ],
    track: ["t", "t_child"],
    writes: ["DELETE FROM t WHERE id = 1"],
    events: ["DELETE t#1 id:1>", "DELETE t_child#10 id:10> t_id:1>", "DELETE t_child#11 id:11> t_id:1>"],
  },
  {
    name: "foreign key set to null",
    before: [
      "CREATE TABLE t (id int PRIMARY KEY)",
      "CREATE TABLE t_child (id int PRIMARY KEY, t_id int REFERENCES t ON DELETE SET NULL)",
      "INSERT INTO t VALUES (1)",
      "INSERT INTO t_child VALUES (10, 1)",
    ],
    track: ["t_child"],
    writes: ["DELETE FROM t"],
    events: ["UPDATE t_child#10 t_id:1>null"],
  },
  {
    name: "join table",
    before: ["CREATE TABLE t (left_id int, right_id int, PRIMARY KEY (left_id, right_id))"],
    writes: ["INSERT INTO t VALUES (1, 2)", "DELETE FROM t"],
    events: ["CREATE t#[1, 2] left_id:>1 right_id:>2", "DELETE t#[1, 2] left_id:1> right_id:2>"],
  },
  {
    name: "write through a partitioned parent",
    before: range,
    writes: ["INSERT INTO t VALUES (1, 5, 'x')", "UPDATE t SET a = 'y'"],
    events: ['CREATE t#[1, 5] a:>"x" day:>5 id:>1', 'UPDATE t#[1, 5] a:"x">"y"'],
  },
  {
    name: "write straight into a partition",
    before: range,
    writes: ["INSERT INTO t_low VALUES (1, 5, 'x')", "UPDATE t_low SET a = 'y'", "DELETE FROM t_low"],
    events: [
      'CREATE t#[1, 5] a:>"x" day:>5 id:>1',
      'UPDATE t#[1, 5] a:"x">"y"',
      'DELETE t#[1, 5] a:"y"> day:5> id:1>',
    ],
  },
  {
    name: "row that moves to another partition",
    before: [
      ...range.map((sql) =>
        sql
          .replace("PRIMARY KEY (id, day)", "UNIQUE (id, day)")
          .replace("id int,", "id int NOT NULL,")
          .replace("day int,", "day int NOT NULL,"),
      ),
      "INSERT INTO t VALUES (1, 5, 'x')",
    ],
    writes: ["UPDATE t SET day = 15"],
    events: ['DELETE t#[1, 5] a:"x"> day:5> id:1>', 'CREATE t#[1, 15] a:>"x" day:>15 id:>1'],
  },
  {
    name: "truncate of one partition",
    before: [...range, "INSERT INTO t VALUES (1, 5, 'x')"],
    writes: ["TRUNCATE t_low"],
    events: ["TRUNCATE t#"],
  },
  {
    name: "quoted and reserved names",
    before: ['CREATE TABLE "Order, ""x""" ("select" int PRIMARY KEY, "Größe €" text)'],
    track: ['"Order, ""x"""'],
    writes: [`INSERT INTO "Order, ""x""" VALUES (1, 'it''s \\ "q"')`],
    events: [`CREATE Order, "x"#1 Größe €:>"it's \\\\ \\"q\\"" select:>1`],
  },
  {
    name: "columns named as the parts of a statement are",
    before: [
      "CREATE TABLE t (r int PRIMARY KEY, s int, n int, o int, rows int, new_rows int, old_rows int, chunk int, key int, op int, tg_op int)",
    ],
    writes: [
      "INSERT INTO t VALUES (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)",
      "UPDATE t SET chunk = 0",
      "DELETE FROM t",
    ],
    events: [
      "CREATE t#1 chunk:>8 key:>9 n:>3 new_rows:>6 o:>4 old_rows:>7 op:>10 r:>1 rows:>5 s:>2 tg_op:>11",
      "UPDATE t#1 chunk:8>0",
      "DELETE t#1 chunk:0> key:9> n:3> new_rows:6> o:4> old_rows:7> op:10> r:1> rows:5> s:2> tg_op:11>",
    ],
  },
  {
    name: "a table without any column",
    before: ["CREATE TABLE t ()"],
    writes: [
      "INSERT INTO t DEFAULT VALUES",
      "INSERT INTO t SELECT FROM generate_series(1, 2)",
      "DELETE FROM t",
    ],
    events: ["CREATE t#", "CREATE t#", "CREATE t#", "DELETE t#", "DELETE t#", "DELETE t#"],
  },
  {
    name: "generated and default columns",
    before: [
      "CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a int DEFAULT 5, twice int GENERATED ALWAYS AS (a * 2) STORED)",
    ],
    writes: ["INSERT INTO t DEFAULT VALUES", "UPDATE t SET a = 6"],
    events: ["CREATE t#1 a:>5 id:>1 twice:>10", "UPDATE t#1 a:5>6 twice:10>12"],
  },
  {
    name: "numbers with all their digits",
    before: ["CREATE TABLE t (id bigint PRIMARY KEY, n numeric, m numeric(12,4), d double precision)"],
    writes: [
      "INSERT INTO t VALUES (9223372036854775807, 12345678901234567890.12345678901234567890, 1.5, 0.1)",
      "UPDATE t SET n = 1.10, m = 2",
      "UPDATE t SET n = 1.1",
    ],
    events: [
      "CREATE t#9223372036854775807 d:>0.1 id:>9223372036854775807 m:>1.5000 n:>12345678901234567890.12345678901234567890",
      "UPDATE t#9223372036854775807 m:1.5000>2.0000 n:12345678901234567890.12345678901234567890>1.10",
      "UPDATE t#9223372036854775807 n:1.10>1.1",
    ],
  },
  {
    name: "numbers that are none",
    before: ["CREATE TABLE t (id int PRIMARY KEY, n numeric, d float8)"],
    writes: ["INSERT INTO t VALUES (1, 'NaN', '-Infinity')"],
    events: ['CREATE t#1 d:>"-Infinity" id:>1 n:>"NaN"'],
  },
  {
    name: "arrays, ranges, json, uuid, bytea, times",
    before: [
      "CREATE TABLE t (id int PRIMARY KEY, arr int[], arr2 text[][], r int4range, j json, jb jsonb, u uuid, b bytea, ts timestamptz, d date, iv interval, bits bit(3), net inet, x xml, p point)",
    ],
    writes: [
      `INSERT INTO t VALUES (1, '{1,NULL,3}', '{{a,b},{c,"d,e"}}', '[1,5)', '{"k": 1.0}', '{"z": [1, {"y": null}]}',
        '00000000-0000-4000-8000-000000000001', '\\xdeadbeef', '2026-11-24 09:12:33.123456+00', '2026-02-28', '1 day 2 hours', B'101', '10.0.0.0/8', NULL, '(1,2)')`,
    ],
    events: [
      'CREATE t#1 arr:>[1, null, 3] arr2:>[["a", "b"], ["c", "d,e"]] b:>"\\\\xdeadbeef" bits:>"101" d:>"2026-02-28" id:>1 iv:>"1 day 02:00:00" j:>{"k": 1.0} jb:>{"z": [1, {"y": null}]} net:>"10.0.0.0/8" p:>"(1,2)" r:>"[1,5)" ts:>"2026-11-24T09:12:33.123456+00:00" u:>"00000000-0000-4000-8000-000000000001" x:>null',
    ],
  },
  {
    name: "domains, enums, composites",
    before: [
      "CREATE TYPE t_mood AS ENUM ('sad', 'glad')",
      "CREATE DOMAIN t_money AS numeric(10,2) CHECK (VALUE >= 0)",
      "CREATE TYPE t_pair AS (a int, b text)",
      "CREATE TABLE t (id int PRIMARY KEY, mood t_mood, price t_money, pair t_pair, moods t_mood[])",
    ],
    writes: [
      "INSERT INTO t VALUES (1, 'sad', 1.50, (1, 'x'), '{sad,glad}')",
      "UPDATE t SET mood = 'glad', pair = (2, 'x')",
    ],
    events: [
      'CREATE t#1 id:>1 mood:>"sad" moods:>["sad", "glad"] pair:>{"a": 1, "b": "x"} price:>1.50',
      'UPDATE t#1 mood:"sad">"glad" pair:{"a": 1, "b": "x"}>{"a": 2, "b": "x"}',
    ],
  },
  {
    name: "json that only differs in white space",
    before: ["CREATE TABLE t (id int PRIMARY KEY, j json)", `INSERT INTO t VALUES (1, '{"a":1}')`],
    writes: [`UPDATE t SET j = '{ "a" : 1 }'`],
    events: [],
  },
  {
    name: "json holding what jsonb refuses",
    before: ["CREATE TABLE t (id int PRIMARY KEY, j json)"],
    writes: [
      `INSERT INTO t VALUES (1, '{"a": "x\\u0000y", "b": "\\\\u0000"}')`,
      "INSERT INTO t VALUES (2, '{}')",
    ],
    events: [
      'CREATE t#1 _sanitized:>"content that PostgreSQL cannot store was replaced" id:>1 j:>{"a": "x\ufffdy", "b": "\\\\u0000"}',
      "CREATE t#2 id:>2 j:>{}",
    ],
  },
  {
    name: "json with a number beyond numeric",
    before: ["CREATE TABLE t (id int PRIMARY KEY, j json)"],
    writes: [`INSERT INTO t VALUES (1, '{"n": 1e200000}')`],
    events: [
      'CREATE t#1 _sanitized:>"content that PostgreSQL cannot store was replaced" id:>1 j:>{"n": "1e200000"}',
    ],
  },
  {
    name: "column added between writes",
    before: filled,
    writes: [
      "ALTER TABLE t ADD COLUMN c int DEFAULT 7",
      "UPDATE t SET c = 8 WHERE id = 1",
      "INSERT INTO t VALUES (4, 1, 'n', 9)",
    ],
    events: ["UPDATE t#1 c:7>8", 'CREATE t#4 a:>1 b:>"n" c:>9 id:>4'],
  },
  {
    name: "column dropped",
    before: filled,
    writes: ["ALTER TABLE t DROP COLUMN b", "UPDATE t SET a = 0 WHERE id = 1"],
    events: ["UPDATE t#1 a:10>0"],
  },
  {
    name: "column renamed",
    before: filled,
    writes: [
      "UPDATE t SET a = 1 WHERE id = 1",
      "ALTER TABLE t RENAME a TO z",
      "UPDATE t SET z = 2 WHERE id = 1",
    ],
    events: ["UPDATE t#1 a:10>1", "UPDATE t#1 z:1>2"],
  },
  {
    name: "key column renamed",
    before: filled,
    writes: ["ALTER TABLE t RENAME id TO nr", "UPDATE t SET a = 1 WHERE nr = 1"],
    events: ["UPDATE t#1 a:10>1"],
  },
  {
    name: "column retyped",
    before: filled,
    writes: ["ALTER TABLE t ALTER a TYPE text USING 'n' || a", "UPDATE t SET a = 'm' WHERE id = 1"],
    events: ['UPDATE t#1 a:"n10">"m"'],
  },
  {
    name: "table renamed",
    before: filled,
    writes: ["ALTER TABLE t RENAME TO t_new", "UPDATE t_new SET a = 1 WHERE id = 1"],
    events: ["UPDATE t#1 a:10>1"],
  },
  {
    name: "table moved to another schema",
    before: [...filled, "CREATE SCHEMA t_other"],
    writes: ["ALTER TABLE t SET SCHEMA t_other", "DELETE FROM t_other.t WHERE id = 1"],
    events: [deleted(1, 10, "x")],
  },
  {
    name: "table made a partition",
    before: filled,
    writes: [
      "CREATE TABLE t_all (LIKE t INCLUDING INDEXES) PARTITION BY RANGE (id)",
      "ALTER TABLE t_all ATTACH PARTITION t FOR VALUES FROM (0) TO (100)",
      "UPDATE t SET a = 1 WHERE id = 1",
    ],
    events: ["UPDATE t#1 a:10>1"],
  },
  {
    name: "table dropped before it is filed",
    before: filled,
    writes: ["UPDATE t SET a = 1 WHERE id = 1", "DROP TABLE t"],
    events: ["UPDATE t#1 a:10>1"],
  },
  {
    name: "session_replication_role = replica",
    before: filled,
    writes: [
      "SET session_replication_role = replica; UPDATE t SET a = 1 WHERE id = 1; RESET session_replication_role",
    ],
    events: ["UPDATE t#1 a:10>1"],
  },
  {
    name: "write by a function",
    before: [
      ...filled,
      "CREATE FUNCTION t_bump() RETURNS void LANGUAGE sql AS 'UPDATE t SET a = a + 1 WHERE id < 3'",
    ],
    writes: ["SELECT t_bump()"],
    events: ["UPDATE t#1 a:10>11", "UPDATE t#2 a:20>21"],
  },
  {
    name: "write by another trigger",
    before: [
      ...filled,
      "CREATE FUNCTION t_touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.b := upper(NEW.b); RETURN NEW; END'",
      "CREATE TRIGGER touch BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION t_touch()",
    ],
    writes: ["UPDATE t SET a = 1 WHERE id = 1"],
    events: ['UPDATE t#1 a:10>1 b:"x">"X"'],
  },
  {
    name: "trigger that cancels a row",
    before: [
      ...filled,
      "CREATE FUNCTION t_no() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
      "CREATE TRIGGER no BEFORE DELETE ON t FOR EACH ROW EXECUTE FUNCTION t_no()",
    ],
    writes: ["DELETE FROM t"],
    events: [],
  },
  {
    name: "write through a view",
    before: [...filled, "CREATE VIEW t_view AS SELECT id, a FROM t"],
    writes: ["UPDATE t_view SET a = 0 WHERE id = 3"],
    events: ["UPDATE t#3 a:30>0"],
  },
  {
    name: "inheritance",
    before: [
      ...filled,
      "CREATE TABLE t_kid (c int) INHERITS (t)",
      "INSERT INTO t_kid VALUES (50, 5, 'k', 1)",
    ],
    writes: ["UPDATE t SET a = 0 WHERE id = 50"],
    events: ["UPDATE t#50 a:5>0"],
  },
  {
    name: "a hostile search_path",
    before: [
      ...filled,
      "CREATE SCHEMA t_evil",
      "CREATE FUNCTION t_evil.json_agg(anyelement) RETURNS json LANGUAGE sql AS $$ SELECT '[]'::json $$",
      "CREATE FUNCTION t_evil.ne(text, text) RETURNS boolean LANGUAGE sql AS 'SELECT false'",
      "CREATE OPERATOR t_evil.<> (LEFTARG = text, RIGHTARG = text, FUNCTION = t_evil.ne)",
    ],
    writes: [
      "SET search_path = t_evil, public, pg_catalog; UPDATE t SET a = 1 WHERE id = 1; RESET search_path",
    ],
    events: ["UPDATE t#1 a:10>1"],
  },
  {
    name: "empty context set before",
    before: filled,
    writes: [
      "BEGIN; SELECT set_config('annals.context', '{}', true); COMMIT",
      "UPDATE t SET a = 1 WHERE id = 1",
    ],
    events: ["UPDATE t#1 a:10>1"],
  },
  {
    name: "a tuple moved by CLUSTER and VACUUM FULL",
    before: filled,
    writes: ["CLUSTER t USING t_pkey", "VACUUM FULL t", "UPDATE t SET a = 1 WHERE id = 1"],
    events: ["UPDATE t#1 a:10>1"],
  },
  {
    name: "prepared statement replanned after DDL",
    before: filled,
    writes: [
      "PREPARE up(int) AS UPDATE t SET a = $1 WHERE id = 1",
      "EXECUTE up(1)",
      "ALTER TABLE t ADD COLUMN c text",
      "EXECUTE up(2)",
      "DEALLOCATE up",
    ],
    events: ["UPDATE t#1 a:10>1", "UPDATE t#1 a:1>2"],
  },
];

describe("every way of writing a table leaves exactly its events", () => {
  let database: TestDatabase;
  let session: Session;
  let version = 0;

  beforeAll(async () => {
    database = await openTestDatabase();
    session = openSession(database.url);
    const [row] = await session.db.query<{ version: number }>(
      "SELECT current_setting('server_version_num')::int AS version",
    );
    version = row?.version ?? 0;
  });
  afterAll(async () => {
    await session.close();
    await database.close();
  });

  const cases = [
    ...ways,
    ...[
      "MERGE INTO t USING (VALUES (1, 99), (5, 50)) v(id, a) ON v.id = t.id WHEN MATCHED THEN UPDATE SET a = v.a WHEN NOT MATCHED THEN INSERT VALUES (v.id, v.a, 'm')",
    ].map(
      (sql): Way => ({
        name: "merge",
        before: filled,
        writes: [sql],
        events: ["UPDATE t#1 a:10>99", created(5, 50, "m")],
      }),
    ),
  ];

  it.each(cases)("$name", async ({ before, track: tables = ["t"], writes, mayFail, events, name }) => {
    const { db } = session;
    if (name === "merge" && version < 150_000) {
      // MERGE came with PostgreSQL 15; on 14 there is no such way of writing.
      expect(version).toBeGreaterThanOrEqual(140_000);
      return;
    }
    await forgetTables(session);
    for (const sql of before) await db.query(sql);
    await track(db, { tables });
    const [{ seq: head } = { seq: "0" }] = await db.query<{ seq: string }>(
      "SELECT seq::text FROM annals.head",
    );
    for (const sql of writes) {
      const outcome = db.query(sql);
      if (mayFail) await outcome.catch(() => {});
      else await outcome;
    }
    await db.query("SELECT annals.relay(100000)");

    const [rest] = await db.query(
      "SELECT annals.waiting()::int AS waiting, (SELECT json_agg(error) FROM annals.rejected) AS rejected",
    );
    expect(rest).toEqual({ waiting: 0, rejected: null });
    expect(await eventsSince(session, head)).toEqual(events);
  });

  it("leaves out a virtual column, which no trigger is handed", async () => {
    const { db } = session;
    if (version < 180_000) {
      // Virtual columns came with PostgreSQL 18.
      await expect(
        db.query("CREATE TABLE v (a int, b int GENERATED ALWAYS AS (a * 2) VIRTUAL)"),
      ).rejects.toThrow();
      return;
    }
    await forgetTables(session);
    await db.query("CREATE TABLE t (id int PRIMARY KEY, a int, b int GENERATED ALWAYS AS (a * 2) VIRTUAL)");
    await track(db, { tables: ["t"] });
    await db.query("INSERT INTO t VALUES (1, 2); UPDATE t SET a = 3; SELECT annals.relay(100)");
    expect((await eventsSince(session, "0")).slice(-2)).toEqual([
      "CREATE t#1 a:>2 id:>1",
      "UPDATE t#1 a:2>3",
    ]);
  });

  it("a repaired row cuts its large values by themselves, and still shows that one changed at its end", async () => {
    // As it is for rows that exceed jsonb's 256 MB only together, which takes a minute to make.
    const { db } = session;
    await forgetTables(session);
    await db.query("CREATE TABLE t (id int PRIMARY KEY, big text, j json)");
    await track(db, { tables: ["t"] });
    await db.query(`INSERT INTO t VALUES (1, repeat('é', 9000), '"\\u0000"')`);
    await db.query("UPDATE t SET big = overlay(big placing 'x' from 9000)");
    await db.query("SELECT annals.relay(100000)");
    const rows = await db.query(
      `SELECT action, changes -> 'big' -> 'new' ->> '$length' AS length,
        changes -> 'big' -> 'new' ->> '$sha256' = encode(sha256(convert_to((SELECT big FROM t), 'UTF8')), 'hex') AS hashed
       FROM annals.audit_log WHERE object_type = 't' ORDER BY seq DESC LIMIT 2`,
    );
    expect(rows).toEqual([
      { action: "UPDATE", length: "9000", hashed: true },
      { action: "CREATE", length: "9000", hashed: false },
    ]);
  });

  it("COPY, and more rows than one outbox row holds", async () => {
    const { db, sql } = session;
    await forgetTables(session);
    await db.query(simple);
    await track(db, { tables: ["t"] });
    const stream = await sql`COPY t FROM STDIN`.writable();
    for (let i = 1; i <= 1201; i++) stream.write(`${i}\t${i * 2}\tv${i}\n`);
    await new Promise<void>((resolve, reject) => stream.on("error", reject).on("finish", resolve).end());
    await db.query("UPDATE t SET a = a + 1 WHERE id <= 1100");
    await db.query("DELETE FROM t");
    await db.query("SELECT annals.relay(100000)");

    const rows = await db.query(
      `SELECT action, count(*)::int AS n, count(DISTINCT object_id)::int AS objects,
        bool_and(CASE action WHEN 'CREATE' THEN changes -> 'a' ->> 'new' = (object_id::int * 2)::text
          WHEN 'UPDATE' THEN changes = jsonb_build_object('a', jsonb_build_object('old', object_id::int * 2, 'new', object_id::int * 2 + 1))
          ELSE changes -> 'b' ->> 'old' = 'v' || object_id END) AS exact
       FROM annals.audit_log WHERE object_type = 't' AND seq > (SELECT seq - 3502 FROM annals.head) GROUP BY action ORDER BY action`,
    );
    expect(rows).toEqual([
      { action: "CREATE", n: 1201, objects: 1201, exact: true },
      { action: "DELETE", n: 1201, objects: 1201, exact: true },
      { action: "UPDATE", n: 1100, objects: 1100, exact: true },
    ]);
  });

  it("numbers every event once, without a gap, in the order in which it was written", async () => {
    const [row] = await session.db.query(
      `SELECT count(*) = max(seq) AND min(seq) = 1 AND count(DISTINCT seq) = count(*) AS dense,
        max(seq) = (SELECT seq FROM annals.head) AS at_head,
        (SELECT sum(rows) FROM annals.segment) = count(*) AS in_segments,
        bool_and(recorded_at >= earlier) AS ordered
       FROM (SELECT seq, recorded_at, lag(recorded_at, 1, '-infinity') OVER (ORDER BY seq) AS earlier
         FROM (SELECT seq, recorded_at FROM annals.audit_log UNION ALL SELECT seq, recorded_at FROM annals.system_event) e) numbered`,
    );
    expect(row).toEqual({ dense: true, at_head: true, in_segments: true, ordered: true });
  });
});

/** Drops whatever the last way made, and what it tracked. */
async function forgetTables({ db }: Session): Promise<void> {
  await db.query(`DROP SCHEMA public CASCADE; CREATE SCHEMA public;
    DROP SCHEMA IF EXISTS t_other, t_evil CASCADE;
    DELETE FROM annals.tracked_table`);
  await db.query("DISCARD PLANS");
}

async function eventsSince({ db }: Session, head: string): Promise<string[]> {
  const rows = await db.query<{ event: string }>(
    `SELECT action || ' ' || object_type || '#' || object_id || coalesce((SELECT string_agg(' ' || key || ':' || coalesce((value -> 'old')::text, '') || '>' || coalesce((value -> 'new')::text, ''), '' ORDER BY key COLLATE "C")
        FROM jsonb_each(changes)), '') AS event
     FROM annals.audit_log WHERE seq > $1::bigint ORDER BY seq`,
    [head],
  );
  return rows.map(({ event }) => event);
}
