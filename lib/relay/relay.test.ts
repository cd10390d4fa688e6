import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { openSession, type Session } from "../../testing/session.ts";
import { track } from "../capture/track.ts";

let database: TestDatabase;
let one: Session;
let two: Session;

beforeAll(async () => {
  database = await openTestDatabase();
  one = openSession(database.url);
  two = openSession(database.url);
  await one.db.query("CREATE TABLE t (id int PRIMARY KEY, a int)");
  await track(one.db, { tables: ["t"] });
});
afterAll(async () => {
  await one.close();
  await two.close();
  await database.close();
});
beforeEach(async () => {
  await one.db.query("DELETE FROM t; SELECT annals.relay(100000)");
});

const relay = async (rows = 100_000, session = one) =>
  Number((await session.db.query<{ n: string }>(`SELECT annals.relay(${rows})::text AS n`))[0]?.n);
const head = async () =>
  Number((await one.db.query<{ seq: string }>("SELECT seq::text FROM annals.head"))[0]?.seq);
const idsSince = async (seq: number) =>
  (
    await one.db.query<{ id: string }>(
      "SELECT action || ' ' || object_id AS id FROM annals.audit_log WHERE seq > $1::bigint ORDER BY seq",
      [String(seq)],
    )
  ).map(({ id }) => id);
const record = (kind: string, event: unknown, context: unknown = null, session = one) =>
  session.db.query("SELECT annals.record($1, $2::text::json, $3::text::json)", [
    kind,
    JSON.stringify(event),
    context === null ? null : JSON.stringify(context),
  ]);

describe("transactions that are open while the relay runs", () => {
  it("a row drawn early and committed late is filed late, with a later number, and not lost", async () => {
    const before = await head();
    await two.db.query("BEGIN; INSERT INTO t VALUES (1, 1)");
    await one.db.query("INSERT INTO t VALUES (2, 2)");
    expect(await relay()).toBe(1);
    await one.db.query("INSERT INTO t VALUES (3, 3)");
    expect(await relay()).toBe(1);
    await two.db.query("COMMIT");
    expect(await relay()).toBe(1);
    expect(await idsSince(before)).toEqual(["CREATE 2", "CREATE 3", "CREATE 1"]);
  });

  it("one that stays open over many batches, while others come and go, loses nothing at its end", async () => {
    const before = await head();
    await two.db.query("BEGIN; INSERT INTO t VALUES (1000, 0)");
    for (let id = 1; id <= 12; id += 1) {
      await one.db.query(`INSERT INTO t VALUES (${id}, 0)`);
      if (id === 6) await two.db.query("INSERT INTO t VALUES (1001, 0)");
      await relay(2);
    }
    await two.db.query("COMMIT");
    await relay();
    const ids = await idsSince(before);
    expect(ids).toHaveLength(14);
    expect(ids.slice(-2)).toEqual(["CREATE 1000", "CREATE 1001"]);
  });

  it("one that has the newest transaction number, so that no list of the snapshot names it, is not lost", async () => {
    const before = await head();
    // Its number is above xmax: nothing that came after it has ended yet.
    await two.db.query("BEGIN; INSERT INTO t VALUES (1, 1)");
    await one.db.query("BEGIN; INSERT INTO t VALUES (2, 2); SELECT annals.relay(100000); COMMIT");
    await two.db.query("COMMIT");
    await relay();
    expect((await idsSince(before)).sort()).toEqual(["CREATE 1", "CREATE 2"]);
  });

  it("one that is rolled back leaves no event and no gap", async () => {
    const before = await head();
    await two.db.query("BEGIN; INSERT INTO t VALUES (1, 1)");
    await one.db.query("INSERT INTO t VALUES (2, 2)");
    await relay();
    await two.db.query("ROLLBACK");
    await one.db.query("INSERT INTO t VALUES (3, 3)");
    await relay();
    expect(await idsSince(before)).toEqual(["CREATE 2", "CREATE 3"]);
    expect(await head()).toBe(before + 2);
  });
});

describe("the relay itself", () => {
  it("gives way to another that is at work", async () => {
    await one.db.query("INSERT INTO t VALUES (1, 1)");
    await two.db.query("BEGIN; SELECT annals.relay(100000)");
    expect(await relay()).toBe(0);
    await two.db.query("COMMIT");
    expect(await relay()).toBe(0);
  });

  it("undoes all of a batch with its transaction", async () => {
    const before = await head();
    await one.db.query("INSERT INTO t VALUES (1, 1)");
    await one.db.query("BEGIN; SELECT annals.relay(100000); ROLLBACK");
    expect(await head()).toBe(before);
    expect(await relay()).toBe(1);
    expect(await idsSince(before)).toEqual(["CREATE 1"]);
  });

  it("refuses to work on a snapshot that is older than the head, and loses nothing by it", async () => {
    const before = await head();
    await two.db.query("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM t");
    await one.db.query("INSERT INTO t VALUES (1, 1)");
    await relay();
    await two.db.query("INSERT INTO t VALUES (2, 2)");
    await expect(relay(100_000, two)).rejects.toMatchObject({ code: "40001" });
    await two.db.query("ROLLBACK");
    await one.db.query("INSERT INTO t VALUES (2, 2)");
    await relay();
    expect(await idsSince(before)).toEqual(["CREATE 1", "CREATE 2"]);
  });

  it("takes about as many captured rows as it is asked to", async () => {
    await one.db.query("INSERT INTO t SELECT i, i FROM generate_series(1, 1200) i");
    expect(await relay(500)).toBe(1);
    expect(await relay(501)).toBe(2);
    expect(await relay(1)).toBe(0);
    await expect(relay(0)).rejects.toMatchObject({ code: "22023" });
  });

  it("files what a restored backup or a hand left below its mark, when it looks at everything", async () => {
    const before = await head();
    await one.db.query("INSERT INTO t VALUES (1, 1)");
    await one.db.query(`ALTER TABLE annals.head DISABLE TRIGGER annals_guard;
      UPDATE annals.head SET done_id = done_id + 1000, swept_at = now() - interval '1 hour', late_from_id = done_id + 1000;
      ALTER TABLE annals.head ENABLE ALWAYS TRIGGER annals_guard`);
    await relay();
    expect(await idsSince(before)).toEqual(["CREATE 1"]);
    await one.db.query(`ALTER TABLE annals.head DISABLE TRIGGER annals_guard;
      UPDATE annals.head SET done_id = done_id - 1000, late_from_id = 0;
      ALTER TABLE annals.head ENABLE ALWAYS TRIGGER annals_guard`);
  });
});

describe("events from code", () => {
  it("are filed once, however often they are sent", async () => {
    const event_id = "01a20bfa-4f13-7871-b8a0-9ec4552b9b01";
    const before = await head();
    await record("audit", { action: "REFUND", event_id });
    await record("audit", { action: "REFUND", event_id });
    await relay();
    await record("audit", { action: "REFUND", event_id });
    await relay();
    expect(await head()).toBe(before + 1);
  });

  it("carry their context into the columns, cut to what a column holds", async () => {
    await record(
      "audit",
      {
        action: "REFUND",
        object_type: "payment",
        object_id: "7",
        reason: "r".repeat(3000),
        changes: { a: { old: 1, new: 2 }, b: 3 },
      },
      {
        actor_kind: "job",
        actor_id: "nightly",
        actor_label: "L".repeat(500),
        attribution: "token",
        tenant: "acme",
        ip: "2001:db8::1",
        ip_source: "socket",
        user_agent: "ua",
        session_hash: "abc",
        request_id: "req",
        trace_id: "tr",
        module: "billing",
        impersonator_id: "boss",
      },
    );
    await relay();
    const [row] = await one.db.query(
      `SELECT actor_kind, actor_id, length(actor_label) AS label, attribution, tenant, host(ip) AS ip, ip_source, user_agent,
        session_hash, request_id, trace_id, module, impersonator_id, source, length(reason) AS reason, changes, changed_fields
       FROM annals.audit_log ORDER BY seq DESC LIMIT 1`,
    );
    expect(row).toEqual({
      actor_kind: "job",
      actor_id: "nightly",
      label: 200,
      attribution: "token",
      tenant: "acme",
      ip: "2001:db8::1",
      ip_source: "socket",
      user_agent: "ua",
      session_hash: "abc",
      request_id: "req",
      trace_id: "tr",
      module: "billing",
      impersonator_id: "boss",
      source: "api",
      reason: 2000,
      changes: { a: { old: 1, new: 2 }, b: { new: 3 } },
      changed_fields: ["a", "b"],
    });
  });

  it("with content that a column refuses are repaired, and hold up nothing", async () => {
    const before = await head();
    await record("audit", { action: "A" });
    await record(
      "audit",
      { action: "B" },
      { ip: "not-an-address", actor_kind: "martian", attribution: "certain" },
    );
    // Refused by annals.record; an owner, or an older version of it, may have let it pass.
    const append = (kind: string, event: unknown) =>
      one.db.query("INSERT INTO annals.outbox (op, object_type, new_rows) VALUES ('E', $1::text, $2::text)", [
        kind,
        JSON.stringify(event),
      ]);
    await append("logins", { status: "FAILED", username: "u\u0000v".repeat(200), failure_reason: "because" });
    await append("exports", {
      export_type: "orders",
      record_count: "many",
      file_size: -5,
      columns: "all",
      status: "odd",
    });
    await record("audit", { action: "C" });
    await relay();
    expect(await head()).toBe(before + 5);
    const [audit] = await one.db.query(
      "SELECT ip, ip_source, actor_kind, attribution FROM annals.audit_log WHERE action = 'B' ORDER BY seq DESC LIMIT 1",
    );
    expect(audit).toEqual({
      ip: null,
      ip_source: "unreadable: not-an-address",
      actor_kind: "anonymous",
      attribution: "none",
    });
    const [login] = await one.db.query(
      "SELECT length(username) AS n, failure_reason FROM annals.login_attempt ORDER BY seq DESC LIMIT 1",
    );
    expect(login).toEqual({ n: 300, failure_reason: "other" });
  });

  it("that name an export which is not on record are kept apart, with an event that says so", async () => {
    await record("export_download", { event_id: "01a20bfa-4f13-7871-b8a0-9ec4552b9b02" });
    await record("audit", { action: "AFTER_IT" });
    await relay();
    const [rejected] = await one.db.query<{ error: string; op: string }>(
      "SELECT error, outbox_row::json ->> 'op' AS op FROM annals.rejected ORDER BY id DESC LIMIT 1",
    );
    expect(rejected).toMatchObject({ error: expect.stringContaining("not on record"), op: "E" });
    const [event] = await one.db.query(
      "SELECT event_type, title FROM annals.system_event ORDER BY seq DESC LIMIT 1",
    );
    expect(event).toEqual({ event_type: "ERROR", title: "An event could not be filed" });
    const [after] = await one.db.query(
      "SELECT count(*)::int AS n FROM annals.audit_log WHERE action = 'AFTER_IT'",
    );
    expect(after).toEqual({ n: 1 });
  });

  it("complete their export and count its downloads", async () => {
    const event_id = "01a20bfa-4f13-7871-b8a0-9ec4552b9b03";
    await record("exports", { export_type: "orders", file_format: "csv", status: "started", event_id });
    await relay();
    await record("export_update", {
      event_id,
      status: "completed",
      record_count: 12,
      file_size: 345,
      sha256: "ab",
    });
    await record("export_download", { event_id });
    await record("export_download", { event_id });
    await relay();
    const [row] = await one.db.query(
      "SELECT status, record_count::int, file_size::int, sha256, download_count FROM annals.data_export ORDER BY seq DESC LIMIT 1",
    );
    expect(row).toEqual({
      status: "completed",
      record_count: 12,
      file_size: 345,
      sha256: "ab",
      download_count: 2,
    });
  });

  const id = "01a20bfa-4f13-7871-b8a0-9ec4552b9b09";
  const refusals: [string, string, unknown][] = [
    ["an unknown kind", "audits", {}],
    ["an action that is none", "audit", { action: "refund it" }],
    ["a login without a status", "logins", {}],
    ["an event without a title", "events", { event_type: "INFO" }],
    ["an id that is none", "audit", { action: "A", event_id: "7" }],
    ["an event that is no object", "audit", []],
    ["changes that are no fields", "audit", { action: "A", changes: [1] }],
    ["a failure of no known reason", "logins", { status: "FAILED", failure_reason: "because" }],
    ["an export of no known status", "exports", { export_type: "orders", status: "done" }],
    ["an export that ends as it began", "export_update", { event_id: id, status: "started" }],
    ["a number of rows that is none", "exports", { record_count: "many" }],
    ["rows below nothing", "export_update", { event_id: id, record_count: -1 }],
    ["a size with a fraction", "exports", { file_size: 1.5 }],
    ["a size beyond bigint", "exports", { file_size: "9".repeat(19) }],
    ["columns that are no list", "exports", { columns: "all" }],
    ["a line that is no number", "events", { event_type: "INFO", title: "t", line_number: "x" }],
    ["a line beyond integer", "events", { event_type: "INFO", title: "t", line_number: 2_147_483_648 }],
    ["an event of no known type", "events", { event_type: "NOTE", title: "t" }],
  ];
  it.each(refusals)("are refused at once, and say why, for %s", async (_, kind, event) => {
    await expect(record(kind, event)).rejects.toMatchObject({ code: "22023", message: /annals\.record: / });
  });
});

describe("the slots of the outbox", () => {
  const otherSlot = async () => {
    const [row] = await one.db.query<{ slot: number }>(
      "SELECT ((date_part('epoch', statement_timestamp())::bigint / 3600 + 1) % 3)::int AS slot",
    );
    return row?.slot ?? 0;
  };
  const size = async (slot: number) =>
    Number(
      (await one.db.query<{ n: string }>(`SELECT pg_relation_size('annals.outbox_${slot}')::text AS n`))[0]
        ?.n,
    );

  it("are truncated once the clock has left them and they are drained, not while somebody writes there", async () => {
    const slot = await otherSlot();
    const append = `INSERT INTO annals.outbox (slot, op, object_type, new_rows) VALUES (${slot}, 'E', 'audit', '{"action": "SLOT"}')`;
    await one.db.query(append);
    await two.db.query(`BEGIN; ${append}`);
    await relay();
    expect(await size(slot)).toBeGreaterThan(0);
    await two.db.query("COMMIT");
    await relay();
    // By a later batch, once the statistics of the one that drained it are written off.
    for (let id = 1; id < 100 && (await size(slot)) > 0; id += 1) {
      await one.db.query(`INSERT INTO t VALUES (${id}, 1)`);
      await relay();
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(await size(slot)).toBe(0);
    const [row] = await one.db.query("SELECT count(*)::int AS n FROM annals.audit_log WHERE action = 'SLOT'");
    expect(row).toEqual({ n: 2 });
  });
});
