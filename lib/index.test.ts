import { randomBytes } from "node:crypto";
import { drizzle } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openTestDatabase, type TestDatabase } from "../testing/database.ts";
import { openSilentProxy } from "../testing/silent-proxy.ts";
import { executorOf, withAnnals } from "./adapters/db/postgres-js.ts";
import { track } from "./capture/track.ts";
import { type Annals, AnnalsError, createAnnals } from "./index.ts";

let database: TestDatabase;
let annals: Annals;
const errors: [unknown, string][] = [];

beforeAll(async () => {
  database = await openTestDatabase();
  await database.sql`create table note (id int)`;
});
afterAll(() => database.close());
beforeEach(() => {
  annals = createAnnals({
    database: database.url,
    secret: "a secret of sufficient length",
    skipActions: ["PEEK"],
    redact: ["taxNumber"],
    onError: (error, doing) => errors.push([error, doing]),
  });
});
afterEach(async () => {
  await annals.close();
  errors.length = 0;
});

/** Files what waits and gives the rows of a record that are new since `seq`, oldest first. */
async function filed(record: string, work: () => Promise<unknown>): Promise<postgres.Row[]> {
  const [head] = await database.sql`select seq from annals.head`;
  await work();
  await annals.catchUp();
  const [rejected] = await database.sql`select count(*)::int as n from annals.rejected`;
  expect(rejected?.n).toBe(0);
  return database.sql.unsafe(`select * from annals.${record} where seq > $1 order by seq`, [head?.seq]);
}

const as = <T>(fn: () => T) =>
  annals.run(
    {
      actor: { id: 7, label: "Ann" },
      attribution: "token",
      requestId: "r-1",
      ip: "192.0.2.1",
      ipSource: "socket",
    },
    fn,
  );

describe("logAuditEvent", () => {
  test("records who did what to what, why, in which request", async () => {
    const [row] = await filed("audit_log", () =>
      as(() =>
        annals.logAuditEvent({
          action: "REFUND",
          object: { type: "payment", id: 12n, label: "Payment 12" },
          changes: {
            state: { old: "paid", new: "refunded" },
            amount: 12.5,
            password: { old: "a", new: "b" },
            tax_number: 1,
          },
          reason: "wrong item",
          module: "billing",
        }),
      ),
    );
    expect(row).toMatchObject({
      actor_kind: "user",
      actor_id: "7",
      actor_label: "Ann",
      attribution: "token",
      ip: "192.0.2.1",
      request_id: "r-1",
      source: "api",
      module: "billing",
      action: "REFUND",
      object_type: "payment",
      object_id: "12",
      object_label: "Payment 12",
      reason: "wrong item",
      changes: {
        state: { old: "paid", new: "refunded" },
        amount: { new: 12.5 },
        password: { masked: true },
        tax_number: { masked: true },
      },
      changed_fields: ["state", "amount", "password", "tax_number"],
    });
    expect(row?.event_id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
  });

  test("takes an actor of its own, and none is unattributed", async () => {
    const rows = await filed("audit_log", async () => {
      await annals.logAuditEvent({ action: "A", actor: { kind: "job", id: "nightly" } });
      await as(() => annals.logAuditEvent({ action: "B", actor: null }));
      await annals.logAuditEvent({ action: "C" });
      await as(() => annals.logAuditEvent({ action: "D" }, { context: { reason: "given", tenant: "t" } }));
    });
    expect(
      rows.map((row) => [row.action, row.actor_kind, row.actor_id, row.attribution, row.reason, row.tenant]),
    ).toEqual([
      ["A", "job", "nightly", "claimed", null, ""],
      ["B", "anonymous", "", "none", null, ""],
      ["C", "system", "", "database_role", null, ""],
      ["D", "user", "7", "token", "given", "t"],
    ]);
  });

  test.each([
    "",
    "refund",
    "1ST",
    "RE FUND",
    "A".repeat(41),
    "ÄRGER",
    undefined,
    null,
    7,
    "RM\u202e\n\x1b[31m",
  ])("refuses the action %j and writes nothing", async (action) => {
    const rows = await filed("audit_log", async () => {
      const event = { action: action as string };
      const error = await annals.logAuditEvent(event).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(AnnalsError);
      expect(error).toMatchObject({
        code: "EVENT_INVALID",
        message: expect.stringMatching(/^action is "/),
        hint: expect.stringContaining("REFUND"),
      });
      expect((error as Error).message).not.toMatch(/\p{Cc}|\p{Cf}/u);
    });
    expect(rows).toEqual([]);
  });

  test("leaves out skipped actions, and says so", async () => {
    const rows = await filed("audit_log", async () => {
      expect(await annals.logAuditEvent({ action: "PEEK" })).toMatchObject({ recorded: false });
      expect(await annals.logAuditEvent({ action: "LOOK" })).toMatchObject({ recorded: true });
    });
    expect(rows.map((row) => row.action)).toEqual(["LOOK"]);
  });

  test("written twice under one id is filed once", async () => {
    const eventId = "01890000-0000-7000-8000-000000000001";
    const rows = await filed("audit_log", async () => {
      await annals.logAuditEvent({ action: "ONCE" }, { eventId });
      await annals.logAuditEvent({ action: "ONCE" }, { eventId });
    });
    expect(rows).toHaveLength(1);
    await expect(annals.logAuditEvent({ action: "A" }, { eventId: "7" })).rejects.toMatchObject({
      code: "EVENT_INVALID",
      message: 'eventId is "7"',
    });
  });
});

describe("a transaction", () => {
  test("takes the event along, or back", async () => {
    const { sql } = database;
    const db = drizzle(postgres(database.url, { max: 1, onnotice: () => {} }));
    const rows = await filed("audit_log", async () => {
      await sql.begin((tx) => annals.logAuditEvent({ action: "KEPT" }, { tx }));
      await as(() =>
        db.transaction((tx) => annals.logAuditEvent({ action: "DRIZZLE", reason: "it's \\ quoted" }, { tx })),
      );
      await annals.transaction(sql, (tx) => annals.logAuditEvent({ action: "OURS" }, { tx }));
      await expect(
        sql.begin(async (tx) => {
          await annals.logAuditEvent({ action: "LOST" }, { tx });
          throw new Error("undo");
        }),
      ).rejects.toThrow("undo");
    });
    expect(rows.map((row) => [row.action, row.reason, row.actor_id])).toEqual([
      ["KEPT", null, ""],
      ["DRIZZLE", "it's \\ quoted", "7"],
      ["OURS", null, ""],
    ]);
    await db.$client.end();
  });

  test("fails with the event, whatever is to be done with failures", async () => {
    const failing = database.sql.begin(async (tx) => {
      await tx`insert into note values (1)`;
      await tx`select 1 / 0`.catch(() => {});
      await annals.logAuditEvent({ action: "A" }, { tx, onFailure: "report" });
    });
    await expect(failing).rejects.toMatchObject({ code: "22012" });
    expect(errors).toEqual([]);
    expect(await database.sql`select * from note`).toHaveLength(0);
  });
});

test("a captured write is filed with the context in which it was made", async () => {
  await database.sql`create table orders (id int primary key, state text)`;
  const one = postgres(database.url, { max: 1, onnotice: () => {} });
  await track(executorOf(one), { tables: ["orders"] });
  await one.end();
  const client = withAnnals(postgres(database.url, { max: 2, onnotice: () => {} }), annals);
  const rows = await filed("audit_log", async () => {
    await as(() => client`insert into orders values (1, 'new')`);
    await as(() =>
      client.begin((tx) => annals.run({ reason: "paid" }, () => tx`update orders set state = ${"paid"}`)),
    );
    await client`delete from orders`;
  });
  expect(
    rows.map((row) => [
      row.action,
      row.actor_id,
      row.attribution,
      row.ip,
      row.request_id,
      row.reason,
      row.source,
    ]),
  ).toEqual([
    ["CREATE", "7", "token", "192.0.2.1", "r-1", null, "trigger"],
    ["UPDATE", "7", "token", "192.0.2.1", "r-1", "paid", "trigger"],
    ["DELETE", "", "database_role", "127.0.0.1", null, null, "trigger"],
  ]);
  await client.end();
});

describe("a database that is away", () => {
  test("is thrown where somebody calls, reported for logins, and as configured", async () => {
    const config = {
      database: "postgres://nobody@127.0.0.1:1/none",
      onError: (error: unknown, doing: string) => errors.push([error, doing]),
    };
    const away = createAnnals(config);
    await expect(away.logAuditEvent({ action: "A" })).rejects.toMatchObject({ code: "ECONNREFUSED" });
    expect(await away.logAuditEvent({ action: "A" }, { onFailure: "report" })).toMatchObject({
      recorded: false,
    });
    expect(await away.logLoginAttempt({ username: "x", status: "FAILED" })).toMatchObject({
      recorded: false,
    });
    expect(errors.map(([, doing]) => doing)).toEqual(["recording audit", "recording logins and audit"]);
    await away.close();
    const strict = createAnnals({ ...config, onFailure: "throw" });
    await expect(strict.logLoginAttempt({ username: "x", status: "FAILED" })).rejects.toMatchObject({
      code: "ECONNREFUSED",
    });
    await strict.close();
  });

  test("an onError that throws does not harm anybody", async () => {
    const away = createAnnals({
      database: "postgres://nobody@127.0.0.1:1/none",
      onFailure: "report",
      onError: () => {
        throw new Error("onError is broken, too");
      },
    });
    expect(await away.logAuditEvent({ action: "A" })).toMatchObject({ recorded: false });
    await away.close();
  });

  test("that is not configured is said when it is needed", async () => {
    const url = process.env.DATABASE_URL;
    delete process.env.DATABASE_URL;
    const none = createAnnals();
    await expect(none.logAuditEvent({ action: "A" })).rejects.toMatchObject({
      code: "CONFIG_INVALID",
      hint: expect.stringContaining("DATABASE_URL"),
    });
    await none.close();
    if (url !== undefined) process.env.DATABASE_URL = url;
  });
});

describe("logLoginAttempt", () => {
  test("records the attempt and its row in the audit log", async () => {
    const rows = await filed("login_attempt", async () => {
      await annals.logLoginAttempt({
        username: "ann",
        status: "SUCCESS",
        actor: { id: 7, label: "Ann" },
        country: "DE",
        city: "Ulm",
      });
      await annals.logLoginAttempt({ username: "ann", status: "FAILED", failureReason: "bad_password" });
      await annals.logLoginAttempt({ username: "ann", status: "BLOCKED", failureReason: "locked" });
    });
    expect(rows).toMatchObject([
      {
        username: "ann",
        status: "SUCCESS",
        failure_reason: null,
        actor_id: "7",
        attribution: "session",
        source: "auth",
        country: "DE",
        city: "Ulm",
      },
      { username: "ann", status: "FAILED", failure_reason: "bad_password", source: "auth" },
      { username: "ann", status: "BLOCKED", failure_reason: "locked" },
    ]);
    const audit =
      await database.sql`select action, object_type, object_label, source from annals.audit_log order by seq desc limit 3`;
    expect(audit).toEqual([
      { action: "LOGIN_FAILED", object_type: "login", object_label: "ann", source: "auth" },
      { action: "LOGIN_FAILED", object_type: "login", object_label: "ann", source: "auth" },
      { action: "LOGIN", object_type: "login", object_label: "ann", source: "auth" },
    ]);
  });

  test.each<[string, unknown, string | RegExp]>([
    ["150 characters", "u".repeat(150), "u".repeat(150)],
    ["a megabyte", "u".repeat(1_000_000), /^u{275,} … \[1000000 characters\]$/],
    ["NUL", "a\0b", "a\ufffdb"],
    ["a lone surrogate", "a\ud800", "a\ufffd"],
    ["a surrogate at the cut", "😀".repeat(400), /^(?:😀)+\ufffd? … \[800 characters\]$/u],
    ["nothing", undefined, ""],
    ["null", null, ""],
    ["an object", { $ne: "" }, '{"$ne":""}'],
    [
      "a cycle",
      (() => {
        const x: Record<string, unknown> = {};
        x.x = x;
        return x;
      })(),
      "[unreadable]",
    ],
    ["SQL", "'; drop table note; --", "'; drop table note; --"],
    ["lines", "a\r\nb\u2028c", "a\r\nb\u2028c"],
  ])("takes a username of %s", async (_name, username, stored) => {
    const [row] = await filed("login_attempt", () =>
      annals.run({ userAgent: "\0".repeat(9000), ip: "' or 1=1", requestId: "\ud800" }, () =>
        annals.logLoginAttempt({ username: username as string, status: "FAILED" }),
      ),
    );
    expect(row?.username).toEqual(stored instanceof RegExp ? expect.stringMatching(stored) : stored);
    expect(String(row?.username).length).toBeLessThanOrEqual(300);
    expect(row?.ip).toBeNull();
    expect(errors).toEqual([]);
  });

  test("refuses a status or reason that is none", async () => {
    const attempt = { username: "x", status: "OK" as never };
    await expect(annals.logLoginAttempt(attempt)).rejects.toMatchObject({
      code: "EVENT_INVALID",
      message: 'status is "OK"',
    });
    const reason = { username: "x", status: "FAILED" as const, failureReason: "tired" as never };
    await expect(annals.logLoginAttempt(reason)).rejects.toMatchObject({
      message: 'failureReason is "tired"',
    });
  });
});

describe("logDataExport", () => {
  test("follows an export from start to download", async () => {
    const [row] = await filed("data_export", async () => {
      const started = await as(() =>
        annals.logDataExport({
          exportType: "customers",
          fileFormat: "csv",
          filters: { city: "Ulm", token: "t", bad: "x\0" },
          columns: ["id", "name"],
          reason: "audit",
        }),
      );
      expect(started.recorded).toBe(true);
      await started.complete({
        recordCount: 12,
        fileSize: 345n,
        filePath: "exports/1.csv",
        sha256: "ab".repeat(32),
      });
      await started.download();
      await annals.dataExport(started.eventId).download();
    });
    expect(row).toMatchObject({
      actor_id: "7",
      export_type: "customers",
      file_format: "csv",
      status: "completed",
      record_count: "12",
      file_size: "345",
      file_path: "exports/1.csv",
      sha256: "ab".repeat(32),
      columns: ["id", "name"],
      download_count: 2,
      filters_applied: {
        city: "Ulm",
        token: { masked: true },
        bad: "x\ufffd",
        _sanitized: expect.stringContaining("bad:"),
      },
    });
    const [audit] = await database.sql`select * from annals.audit_log order by seq desc limit 1`;
    expect(audit).toMatchObject({
      action: "EXPORT",
      actor_id: "7",
      object_type: "data_export",
      object_id: row?.event_id,
      object_label: "customers",
      reason: "audit",
      changes: { file_format: { new: "csv" }, filters: { new: { city: "Ulm", token: { masked: true } } } },
    });
  });

  test("can fail, or be recorded when it is over, in a transaction too", async () => {
    const rows = await filed("data_export", async () => {
      const failed = await annals.logDataExport({ exportType: "a" });
      await failed.fail();
      await database.sql.begin(async (tx) => {
        const done = await annals.logDataExport(
          { exportType: "b", status: "completed", recordCount: 0 },
          { tx },
        );
        await done.download({ tx });
      });
      await expect(
        database.sql.begin(async (tx) => {
          await annals.logDataExport({ exportType: "lost" }, { tx });
          throw new Error("undo");
        }),
      ).rejects.toThrow("undo");
    });
    expect(rows.map((row) => [row.export_type, row.status, row.record_count, row.download_count])).toEqual([
      ["a", "failed", null, 0],
      ["b", "completed", "0", 1],
    ]);
  });

  test.each<[object, string]>([
    [{ exportType: "" }, 'exportType is ""'],
    [{ exportType: "x", recordCount: -1 }, 'recordCount is "-1"'],
    [{ exportType: "x", fileSize: 1.5 }, 'fileSize is "1.5"'],
    [{ exportType: "x", recordCount: "12" }, 'recordCount is "12"'],
    [{ exportType: "x", status: "failed" }, 'status is "failed"'],
  ])("refuses %j", async (event, message) => {
    await expect(annals.logDataExport(event as never)).rejects.toMatchObject({
      code: "EVENT_INVALID",
      message,
    });
    expect(() => annals.dataExport("x")).toThrow('eventId is "x"');
  });
});

describe("views and imports", () => {
  test("are audit events", async () => {
    const rows = await filed("audit_log", async () => {
      await annals.logViewAccess({ type: "customer", id: 1, label: "Ann" });
      await annals.logImport({
        objectType: "orders",
        fileFormat: "xlsx",
        recordCount: 5,
        failedCount: 1,
        reason: "migration",
      });
    });
    expect(rows).toMatchObject([
      { action: "VIEW", object_type: "customer", object_id: "1", object_label: "Ann", changes: null },
      {
        action: "IMPORT",
        object_type: "orders",
        reason: "migration",
        changes: { file_format: { new: "xlsx" }, record_count: { new: 5 }, failed_count: { new: 1 } },
      },
    ]);
  });

  test("views of one object by one actor within the cool-down are recorded once", async () => {
    const view = (id: number) => annals.logViewAccess({ type: "customer", id }, { coolDownMs: 60_000 });
    const rows = await filed("audit_log", async () => {
      expect((await as(() => view(1))).recorded).toBe(true);
      expect((await as(() => view(1))).recorded).toBe(false);
      expect((await as(() => view(2))).recorded).toBe(true);
      expect((await annals.run({ actor: { id: 8 } }, () => view(1))).recorded).toBe(true);
      await annals.logViewAccess({ type: "customer", id: 1 });
    });
    expect(rows.map((row) => [row.actor_id, row.object_id])).toEqual([
      ["7", "1"],
      ["7", "2"],
      ["8", "1"],
      ["", "1"],
    ]);
  });
});

describe("logSystemEvent", () => {
  test("records what it is told, and what an error tells", async () => {
    function chargeCard(): never {
      throw new TypeError("no card 4111 1111 1111 1111", {
        cause: new Error("gateway password=hunter2 away"),
      });
    }
    let thrown: unknown;
    try {
      chargeCard();
    } catch (error) {
      thrown = error;
    }
    const rows = await filed("system_event", async () => {
      await annals.logSystemEvent({
        eventType: "MAINTENANCE",
        title: "Vacuumed",
        description: "d",
        functionName: "f",
        lineNumber: 3,
        errorCode: "E1",
        module: "db",
        fingerprint: "x",
      });
      // The same error twice is one event that counts.
      await annals.logSystemEvent({ eventType: "ERROR", error: thrown });
      await annals.logSystemEvent({ eventType: "ERROR", error: thrown });
      await annals.logSystemEvent({ eventType: "ERROR", error: thrown, title: "Mine", fingerprint: "mine" });
      await annals.logSystemEvent({
        eventType: "WARNING",
        error: {
          get message() {
            throw new Error("no");
          },
        },
      });
    });
    expect(rows).toMatchObject([
      {
        event_type: "MAINTENANCE",
        title: "Vacuumed",
        description: "d",
        function_name: "f",
        line_number: 3,
        error_code: "E1",
        module: "db",
        fingerprint: "x",
      },
      {
        event_type: "ERROR",
        title: "TypeError: no card [masked]",
        description: "no card [masked]",
        function_name: "chargeCard",
      },
      { title: "Mine", description: "no card [masked]" },
      { event_type: "WARNING", title: "Thrown value: [unreadable]" },
    ]);
    expect(rows[1]?.line_number).toBeGreaterThan(100);
    expect(rows[1]?.stack_trace).toMatch(
      /chargeCard[\s\S]*caused by: Error: gateway password=\[masked\] away/,
    );
    expect(rows.map((row) => row.occurrences)).toEqual([1, 2, 1, 1]);
  });

  test.each<[object, string]>([
    [{ eventType: "FATAL", title: "x" }, 'eventType is "FATAL"'],
    [{ eventType: "INFO" }, 'title is "undefined"'],
    [{ eventType: "INFO", title: "x", lineNumber: 2 ** 31 }, "lineNumber is"],
  ])("refuses %j", async (event, message) => {
    await expect(annals.logSystemEvent(event as never)).rejects.toMatchObject({
      code: "EVENT_INVALID",
      message: expect.stringContaining(message),
    });
  });
});

describe("content", () => {
  const circular: Record<string, unknown> = {};
  circular.self = circular;
  const poison: [string, unknown][] = [
    ["NUL", "\0"],
    ["surrogates", "\ud800\udc00\udc00"],
    ["depth", Array.from({ length: 50_000 }).reduce((inner) => [inner], 1)],
    ["BigInt", 10n ** 400n],
    ["cycle", circular],
    [
      "getter",
      {
        get x() {
          throw new Error("\0");
        },
      },
    ],
    [
      "toJSON",
      {
        toJSON() {
          throw new Error("x");
        },
      },
    ],
    [
      "Proxy",
      new Proxy(
        {},
        {
          get() {
            throw new Error("x");
          },
          ownKeys() {
            throw new Error("x");
          },
        },
      ),
    ],
    ["date", new Date(Number.NaN)],
    ["Map", new Map([["a", 1]])],
    ["Buffer", randomBytes(100_000)],
    ["10 MB", "x".repeat(10_000_000)],
    [
      "100,000 names",
      Object.fromEntries(Array.from({ length: 100_000 }, (_, i) => [`n${i}`, "v".repeat(100)])),
    ],
    ["__proto__", JSON.parse('{"__proto__": {"x": "\\u0000"}}')],
    ["symbol", Symbol("s")],
  ];
  test.each(poison)(
    "such as %s is never a reason to lose an event, by whatever way it comes",
    async (_name, value) => {
      const text = value as string;
      const field = (event: object) => event as never;
      const [head] = await database.sql`select seq from annals.head`;
      await annals.logAuditEvent(
        field({
          action: "A",
          object: { type: text, label: text },
          changes: { a: value, b: { old: value, new: 1 } },
          reason: text,
        }),
      );
      await annals.logLoginAttempt(field({ username: text, status: "FAILED", country: text }));
      await (
        await annals.logDataExport(field({ exportType: "x", filters: { a: value }, filePath: text }))
      ).complete(field({ filePath: text }));
      await annals.logSystemEvent(
        // A fingerprint of its own, or it would only be counted on the one before.
        field({
          eventType: "ERROR",
          title: "t",
          description: text,
          error: value,
          fingerprint: `poison ${_name}`,
        }),
      );
      await annals.logViewAccess(field({ type: text, label: text }));
      await annals.logImport(field({ objectType: text, filePath: text, reason: text }));
      await annals.catchUp({ maxMs: 10_000 });
      const [now] =
        await database.sql`select seq, (select count(*)::int from annals.rejected) as rejected, annals.waiting()::int as waiting from annals.head`;
      // Audit, login with its audit row, export with its audit row, system event, view, import.
      expect(Number(now?.seq) - Number(head?.seq)).toBe(8);
      expect(now).toMatchObject({ rejected: 0, waiting: 0 });
      expect(errors).toEqual([]);
    },
  );

  test("that had to be replaced is marked", async () => {
    const [row] = await filed("audit_log", () =>
      annals.logAuditEvent({ action: "A", changes: { n: 1n, t: "x".repeat(9000) } }),
    );
    expect(row?.changes).toEqual({
      n: { new: "1" },
      t: { new: { $cut: "x".repeat(2000), $length: 9000 } },
      _sanitized: { new: "n: BigInt as text" },
    });
  });
});

test("close waits for what runs in the background, and stops relays", async () => {
  let done = false;
  const relay = annals.startRelay();
  annals.inBackground("waiting", async () => {
    await new Promise((resolve) => setTimeout(resolve, 50));
    done = true;
  });
  annals.inBackground("failing", () => Promise.reject(new Error("in vain")));
  await annals.close();
  expect(done).toBe(true);
  expect(errors).toMatchObject([[{ message: "in vain" }, "failing"]]);
  await relay.stop();
});

test("a client of the host's is used as it is, and not ended", async () => {
  const own = createAnnals({ database: database.sql });
  const [row] = await filed("audit_log", () => own.logAuditEvent({ action: "SHARED" }));
  expect(row?.action).toBe("SHARED");
  await own.close();
  expect(await database.sql`select 1 as x`).toEqual([{ x: 1 }]);
});

test("after close nothing looks for a database that the host has ended", async () => {
  const sql = postgres(database.url);
  const closed = createAnnals({ database: sql });
  await closed.close();
  await sql.end();
  expect(await closed.catchUp()).toBe(0);
});

const noWork = undefined as never;

test.each<[string, () => unknown]>([
  ["run", () => annals.run({}, noWork)],
  ["capture", () => annals.capture()(noWork)],
  ["transaction", () => annals.transaction(database.sql, noWork)],
  ["inBackground", () => annals.inBackground("x", noWork)],
  ["logAuditEvent", () => annals.logAuditEvent(noWork)],
  ["logViewAccess", () => annals.logViewAccess("orders" as never)],
  ["logImport", () => annals.logImport(noWork)],
  ["logLoginAttempt", () => annals.logLoginAttempt(noWork)],
  ["logDataExport", () => annals.logDataExport(noWork)],
  ["logSystemEvent", () => annals.logSystemEvent(null as never)],
])("%s without what it is about is refused, and the error names it", async (name, call) => {
  await expect((async () => call())()).rejects.toMatchObject({
    code: "USAGE",
    message: expect.stringContaining(`annals.${name} `),
    hint: expect.stringContaining("Give it"),
  });
});

test("no configuration and no context are refused by what they are", () => {
  expect(() => createAnnals(null as never)).toThrow("The configuration is");
  expect(() => annals.run(undefined as never, () => 1)).toThrow("The context is");
});

test("close ends a relay, and what waits for it, also when the server has stopped without a word", async () => {
  const proxy = await openSilentProxy(database.url);
  const own = createAnnals({ database: proxy.url, onError: () => {} });
  const relay = own.startRelay();
  await filed("audit_log", () => own.logAuditEvent({ action: "HEARD" }));
  proxy.silent = true;
  own.inBackground("waiting", () => own.logAuditEvent({ action: "UNHEARD" }));
  await new Promise((resolve) => setTimeout(resolve, 600));
  const started = Date.now();
  await relay.stop();
  expect(Date.now() - started).toBeLessThan(2500);
  await own.close();
  proxy.close();
}, 20_000);
