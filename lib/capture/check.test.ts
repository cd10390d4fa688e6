import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { openSession, type Session } from "../../testing/session.ts";
import { checkCapture, patternOf } from "./check.ts";
import { refreshCapture } from "./refresh.ts";
import { track } from "./track.ts";
import { untrack } from "./untrack.ts";

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
  await session.db.query(`DROP SCHEMA public CASCADE; CREATE SCHEMA public; DELETE FROM annals.tracked_table;
    CREATE TABLE t (id int PRIMARY KEY, a int, name text);
    CREATE TABLE p (id int PRIMARY KEY) PARTITION BY RANGE (id);
    CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10)`);
});

const kinds = async () => (await checkCapture(session.db)).map(({ kind, table }) => `${kind} ${table}`);
const run = (sql: string) => session.db.query(sql);

describe("check", () => {
  it("finds nothing when all is as declared", async () => {
    await track(session.db, { tables: ["t", "p"] });
    expect(await kinds()).toEqual([]);
  });

  it("names tables that nobody has decided about, and none that are skipped", async () => {
    await track(session.db, { tables: ["t"] });
    expect(await kinds()).toEqual(["table_undeclared public.p"]);
    expect(await checkCapture(session.db, { skipTables: ["p"] })).toEqual([]);
  });

  const drifts: [string, string, string][] = [
    ["a disabled trigger", "ALTER TABLE t DISABLE TRIGGER annals_update", "trigger_disabled public.t"],
    [
      "a trigger that replication passes by",
      "ALTER TABLE t ENABLE TRIGGER annals_update",
      "trigger_disabled public.t",
    ],
    ["a missing trigger", "DROP TRIGGER annals_delete ON t", "trigger_missing public.t"],
    ["a new column", "ALTER TABLE t ADD COLUMN b int", "columns_changed public.t"],
    ["a dropped column", "ALTER TABLE t DROP COLUMN a", "columns_changed public.t"],
    ["a retyped column", "ALTER TABLE t ALTER a TYPE bigint", "columns_changed public.t"],
    [
      "a changed key",
      "ALTER TABLE t DROP CONSTRAINT t_pkey, ALTER a SET NOT NULL, ADD PRIMARY KEY (id, a)",
      "key_changed public.t",
    ],
    ["a renamed table", "ALTER TABLE t RENAME TO t2", "table_renamed public.t"],
    ["a dropped table", "DROP TABLE t", "table_missing public.t"],
    [
      "a partition attached later",
      "CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (10) TO (20)",
      "partition_untracked public.p2",
    ],
    [
      "a disabled guard",
      "ALTER TABLE annals.audit_log DISABLE TRIGGER annals_guard",
      "guard_disabled annals.audit_log",
    ],
  ];
  it.each(drifts)("names %s", async (_, change, drift) => {
    await track(session.db, { tables: ["t", "p"] });
    await run(change);
    const found = await kinds();
    await run("ALTER TABLE annals.audit_log ENABLE ALWAYS TRIGGER annals_guard");
    expect(found).toEqual([drift]);
  });

  it("names a capture function that is not this version's, and refreshing replaces it", async () => {
    const [tracked] = await track(session.db, { tables: ["t", "p"] });
    await run(
      `CREATE OR REPLACE FUNCTION annals.${tracked?.functionName}() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'`,
    );
    expect(await kinds()).toEqual(["function_changed public.t"]);
    expect(await refreshCapture(session.db)).toEqual(["t"]);
    expect(await kinds()).toEqual([]);
  });
});

it("refreshing drops what only older capture functions called, the key of the masks among it", async () => {
  await run(
    "CREATE FUNCTION annals.mask_key() RETURNS bytea LANGUAGE sql AS 'SELECT mask_key FROM annals.secret'",
  );
  await refreshCapture(session.db);
  expect(await run("SELECT FROM pg_proc WHERE proname = 'mask_key'")).toHaveLength(0);
});

describe("track", () => {
  it("takes in what check has named, and keeps what was chosen before", async () => {
    await track(session.db, { tables: ["t"], masked: ["a"], as: "thing" });
    await track(session.db, { tables: ["p"] });
    await run(
      "ALTER TABLE t RENAME TO t2; ALTER TABLE t2 ADD COLUMN b int; CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (10) TO (20)",
    );
    const [again] = await track(session.db, { tables: ["t2", "p2"] });
    expect(again).toMatchObject({ tableName: "t2", objectType: "thing", masked: ["a"] });
    expect(await kinds()).toEqual([]);
    await run("INSERT INTO p2 VALUES (11); SELECT annals.relay(100)");
    const [event] = await run(
      "SELECT object_type, object_id FROM annals.audit_log ORDER BY seq DESC LIMIT 1",
    );
    expect(event).toEqual({ object_type: "p", object_id: "11" });
  });

  it("prints what it would run, and that does what it prints", async () => {
    const [plan] = await track(session.db, { tables: ["t"], print: true });
    expect(await kinds()).toEqual(["table_undeclared public.p", "table_undeclared public.t"]);
    await run(`BEGIN; ${plan?.statements.join(";\n")}; COMMIT`);
    expect(await kinds()).toEqual(["table_undeclared public.p"]);
  });

  it("leaves out the actions that are skipped", async () => {
    await track(session.db, { tables: ["t"], skipActions: ["DELETE", "TRUNCATE"] });
    await run("INSERT INTO t VALUES (1); DELETE FROM t; TRUNCATE t; SELECT annals.relay(100)");
    const events = await run(
      "SELECT action FROM annals.audit_log WHERE object_type = 't' AND seq > (SELECT seq - 1 FROM annals.head)",
    );
    expect(events).toEqual([{ action: "CREATE" }]);
    expect(await kinds()).toEqual(["table_undeclared public.p"]);
  });

  it("chooses a label column, and shows it", async () => {
    const [tracked] = await track(session.db, { tables: ["t"] });
    expect(tracked?.labelColumn).toBe("name");
    await run("INSERT INTO t VALUES (1, 2, 'Ada'); SELECT annals.relay(100)");
    const [event] = await run("SELECT object_label FROM annals.audit_log ORDER BY seq DESC LIMIT 1");
    expect(event).toEqual({ object_label: "Ada" });
  });

  const refusals: [string, Parameters<typeof track>[1], string][] = [
    ["a table that is not there", { tables: ["nope"] }, "TABLE_NOT_FOUND"],
    ["text that is no name", { tables: ["a.b.c.d"] }, "TABLE_NOT_FOUND"],
    ["a table of Annals", { tables: ["annals.audit_log"] }, "TABLE_NOT_TRACKABLE"],
    ["a system table", { tables: ["pg_class"] }, "TABLE_NOT_TRACKABLE"],
    ["a column that is not there", { tables: ["t"], masked: ["nope"] }, "CONFIG_INVALID"],
    ["masking the key", { tables: ["t"], masked: ["id"] }, "CONFIG_INVALID"],
  ];
  it.each(refusals)("refuses %s and installs nothing", async (_, options, code) => {
    await expect(track(session.db, options)).rejects.toMatchObject({ code });
    expect(await run("SELECT FROM annals.tracked_table")).toHaveLength(0);
  });

  it("refuses a table with a foreign partition, and check names one that was attached later", async () => {
    // A wrapper without a handler is enough to have a foreign table; nothing is written to it here.
    await run(`DROP SERVER IF EXISTS far CASCADE; DROP FOREIGN DATA WRAPPER IF EXISTS nowhere CASCADE;
      CREATE FOREIGN DATA WRAPPER nowhere; CREATE SERVER far FOREIGN DATA WRAPPER nowhere`);
    await run(
      "CREATE TABLE q (id int) PARTITION BY RANGE (id); CREATE FOREIGN TABLE q1 PARTITION OF q FOR VALUES FROM (0) TO (9) SERVER far",
    );
    await expect(track(session.db, { tables: ["q"] })).rejects.toMatchObject({ code: "TABLE_NOT_TRACKABLE" });
    await run("ALTER TABLE q DETACH PARTITION q1");
    await track(session.db, { tables: ["q", "t", "p"] });
    await run("ALTER TABLE q ATTACH PARTITION q1 FOR VALUES FROM (0) TO (9)");
    expect(await kinds()).toEqual(["partition_foreign public.q1"]);
  });

  it("refuses a view, and a name of objects that another table has", async () => {
    await run("CREATE VIEW v AS SELECT 1 AS x");
    await expect(track(session.db, { tables: ["v"] })).rejects.toMatchObject({ code: "TABLE_NOT_TRACKABLE" });
    await track(session.db, { tables: ["t"] });
    await expect(track(session.db, { tables: ["p"], as: "t" })).rejects.toMatchObject({
      code: "CONFIG_INVALID",
    });
  });

  it("waits for a lock in short turns, and says who held it when its patience ends", async () => {
    const holder = openSession(database.url);
    await holder.db.query("BEGIN; LOCK TABLE t IN ROW EXCLUSIVE MODE");
    await expect(track(session.db, { tables: ["t"], patienceMs: 500 })).rejects.toMatchObject({
      code: "LOCK_TIMEOUT",
    });
    await holder.db.query("COMMIT");
    await holder.close();
    await track(session.db, { tables: ["t"] });
    expect(await kinds()).toEqual(["table_undeclared public.p"]);
  });
});

describe("untrack", () => {
  it("lets go of a table that was dropped, by the name that it had", async () => {
    await track(session.db, { tables: ["t"] });
    await run("DROP TABLE t");
    expect(await untrack(session.db, { tables: ["public.t"] })).toEqual(["t"]);
    expect(await kinds()).toEqual(["table_undeclared public.p"]);
  });

  it("ends capture, keeps the history, and leaves an event that says so", async () => {
    await track(session.db, { tables: ["t", "p"] });
    await run("INSERT INTO t VALUES (1)");
    expect(await untrack(session.db, { tables: ["t"] })).toEqual(["t"]);
    await run("INSERT INTO t VALUES (2); SELECT annals.relay(100)");
    const [event] = await run("SELECT event_type, title FROM annals.system_event ORDER BY seq DESC LIMIT 1");
    expect(event).toEqual({ event_type: "MAINTENANCE", title: "Capture of t ended" });
    const [last] = await run(
      "SELECT object_id FROM annals.audit_log WHERE object_type = 't' ORDER BY seq DESC LIMIT 1",
    );
    expect(last).toEqual({ object_id: "1" });
    expect(await kinds()).toEqual(["table_undeclared public.t"]);
    await expect(untrack(session.db, { tables: ["t"] })).rejects.toMatchObject({ code: "TABLE_NOT_FOUND" });
  });
});

it("a pattern without a schema means public, and a star any run of characters", () => {
  expect(patternOf("orders").test("public.orders")).toBe(true);
  expect(patternOf("orders").test("shop.orders")).toBe(false);
  expect(patternOf("shop.*").test("shop.orders")).toBe(true);
  expect(patternOf("*").test("shop.orders")).toBe(true);
  expect(patternOf("a.b").test("axb")).toBe(false);
});
