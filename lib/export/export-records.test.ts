import { createHash } from "node:crypto";
import postgres from "postgres";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { fillRecords } from "../../testing/fill-records.ts";
import { type Viewer, viewerOf } from "../access/viewer.ts";
import { snapshotsOf } from "../adapters/db/open-snapshot.ts";
import type { SnapshotSource } from "../executor.ts";
import { type Annals, createAnnals } from "../index.ts";
import { parseSearch } from "../query/search-params.ts";
import type { Kind } from "../records/define.ts";
import { definitions, kinds } from "../records/kinds.ts";
import { type ExportRequest, exportRecords } from "./export-records.ts";

const user = { id: "1", username: "ada", label: "Ada", role: "superuser" } as const;
const ada = viewerOf(user);

let database: TestDatabase;
let reader: postgres.Sql;
let source: SnapshotSource;
let annals: Annals;

beforeEach(async () => {
  database = await openTestDatabase();
  reader = postgres(database.url, {
    max: 1,
    onnotice: () => {},
    connection: { default_transaction_read_only: true, application_name: "reader of exports" },
  });
  await reader`SET ROLE annals_reader`;
  source = snapshotsOf(reader);
  annals = createAnnals({ database: database.sql as never });
});
afterEach(async () => {
  await annals.close();
  await reader.end({ timeout: 1 });
  await database.close();
});

interface Exported {
  text: string;
  rows: number;
  bytes: number;
  sha256: string;
  eventId: string;
}

function open(kind: Kind, filter: string, request: Partial<ExportRequest> = {}, viewer: Viewer = ada) {
  const definition = definitions[kind];
  const { search, problems } = parseSearch(definition, new URLSearchParams(filter), new Date());
  expect(problems).toEqual([]);
  return exportRecords(source, annals, viewer, definition, search, { format: "ndjson", ...request });
}

async function read(...args: Parameters<typeof open>): Promise<Exported> {
  const { body, done, eventId } = await open(...args);
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return { text: Buffer.concat(chunks).toString(), eventId, ...(await done) };
}

const lines = (text: string) => text.split("\n").filter((line) => line !== "");
const objects = (text: string) => lines(text).map((line) => JSON.parse(line) as Record<string, unknown>);

/** What the outbox holds of an export, the later over the earlier. */
async function onRecord(eventId: string): Promise<Record<string, unknown>> {
  const events = await database.sql`SELECT new_rows::jsonb AS event FROM annals.outbox
    WHERE object_type IN ('exports', 'export_update') AND new_rows::jsonb ->> 'event_id' = ${eventId} ORDER BY id`;
  return Object.assign({}, ...events.map(({ event }) => event));
}

/** What the connection that reads is doing, as others see it. */
async function stateOfReader() {
  const [row] =
    await database.sql`SELECT state FROM pg_stat_activity WHERE application_name = 'reader of exports' AND datname = current_database()`;
  return row?.state;
}

const at = (minute: number, month = "03") =>
  `2026-${month}-14T09:${String(minute).padStart(2, "0")}:00.123456Z`;

/** More than the buffers on the way can hold. */
const many = (count: number) =>
  Array.from({ length: count }, (_, number) => ({
    recorded_at: new Date(Date.parse("2026-02-20T00:00:00Z") + number * 600_000).toISOString(),
    action: number % 3 ? "UPDATE" : "DELETE",
    object_label: "x".repeat(2000),
    tenant: number % 2 ? "north" : "south",
  }));

test("events that are given their month between two statements of an export are in it", async () => {
  const file = async (recordedAt: string) => {
    await database.sql`INSERT INTO annals.outbox (recorded_at, op, object_type, new_rows)
      VALUES (${recordedAt}::timestamptz, 'E', 'audit', '{"action": "UPDATE"}')`;
    await database.sql`SELECT annals.relay()`;
  };
  // The relay makes months at its first batch, and then once a minute.
  await file(new Date().toISOString());
  await file("2019-05-01T10:00:00Z");
  const [stray] = await database.sql`SELECT count(*)::int AS n FROM annals.audit_log_default`;
  expect(stray?.n).toBe(1);
  const plain = source;
  let statements = 0;
  source = {
    async openSnapshot() {
      const snapshot = await plain.openSnapshot();
      return {
        ...snapshot,
        async query<Row>(text: string, values?: readonly unknown[]) {
          const rows = await snapshot.query<Row>(text, values);
          statements += 1;
          // Of the first statements one has told which months there are, and none has read the record.
          if (statements > 1) await database.sql`SELECT annals.settle_strays('audit_log')`;
          return rows;
        },
      };
    },
  };
  expect((await read("audit", "from=all")).rows).toBe(2);
  expect(statements).toBeGreaterThan(1);
});

describe("an export", () => {
  test("holds what the list finds, of all months, in its order", async () => {
    await fillRecords(database.sql, "audit_log", [
      { recorded_at: at(1, "01"), action: "DELETE", object_id: "a" },
      { recorded_at: at(2, "02"), action: "UPDATE", object_id: "b" },
      { recorded_at: at(3, "03"), action: "DELETE", object_id: "c" },
      { recorded_at: at(4, "03"), action: "DELETE", object_id: "d" },
    ]);
    const ids = async (filter: string) =>
      objects((await read("audit", filter)).text).map(({ object_id }) => object_id);
    expect(await ids("from=all")).toEqual(["d", "c", "b", "a"]);
    expect(await ids("from=all&sort=time")).toEqual(["a", "b", "c", "d"]);
    expect(await ids("from=all&action=DELETE&sort=time")).toEqual(["a", "c", "d"]);
    expect(await ids("from=all&action=!DELETE")).toEqual(["b"]);
    expect(await ids("on=2026-03")).toEqual(["d", "c"]);
    expect(await ids("from=2026-02-01T00:00:00Z&to=2026-03-14T09:04:00Z")).toEqual(["c", "b"]);
    expect(await ids("on=2020")).toEqual([]);
    const page = (await read("audit", "from=all&n=25")).text;
    expect(lines(page)).toHaveLength(4);
  });

  test("of a page behind the first is the whole search all the same", async () => {
    await fillRecords(database.sql, "audit_log", many(60));
    const { listRecords } = await import("../query/list-records.ts");
    const { formatSearch } = await import("../query/search-params.ts");
    const { executorOf } = await import("../adapters/db/postgres-js.ts");
    const { search } = parseSearch(definitions.audit, { from: "all", n: "25" }, new Date());
    const { older } = await listRecords(executorOf(database.sql), ada, definitions.audit, search);
    const address = formatSearch(definitions.audit, older ?? search);
    expect(address).toContain("after=");
    expect((await read("audit", address)).rows).toBe(60);
  });

  test.each(kinds)("of %s has every stored column, in both formats", async (kind) => {
    await fillRecords(database.sql, definitions[kind].record, [{ recorded_at: at(1) }]);
    const stored = await database.sql`SELECT attname FROM pg_attribute
      WHERE attrelid = ${`annals.${definitions[kind].record}`}::regclass AND attnum > 0 AND NOT attisdropped`;
    const names = stored.map(({ attname }) => attname as string).sort();
    const [object = {}] = objects((await read(kind, "from=all")).text);
    expect(Object.keys(object).sort()).toEqual(names);
    const [head = "", row = "", end] = (await read(kind, "from=all", { format: "csv" })).text.split("\r\n");
    expect(head.split(",").sort()).toEqual(names);
    expect(row.split(",")).toHaveLength(names.length);
    expect(end).toBe("");
  });

  test("has the columns that are asked for, in their order, and refuses others", async () => {
    await fillRecords(database.sql, "audit_log", [{ recorded_at: at(1), object_id: "7" }]);
    const columns = ["object_id", "recorded_at"];
    expect((await read("audit", "from=all", { columns })).text).toBe(
      '{"object_id":"7","recorded_at":"2026-03-14T09:01:00.123456+00:00"}\n',
    );
    expect((await read("audit", "from=all", { columns, format: "csv" })).text).toBe(
      'object_id,recorded_at\r\n"7",2026-03-14T09:01:00.123456+00:00\r\n',
    );
    for (const wrong of [["password"], ["seq", "seq"], [], ["constructor"]])
      await expect(open("audit", "from=all", { columns: wrong })).rejects.toMatchObject({ code: "USAGE" });
    expect(await stateOfReader()).toBe("idle");
  });

  test("keeps every digit and every letter of what is stored", async () => {
    const label = 'ä"\\ \u0001 \u2028 \u{1f600} \\n';
    await fillRecords(database.sql, "audit_log", [{ recorded_at: at(1), object_label: label }]);
    await database.sql.begin(async (tx) => {
      await tx`ALTER TABLE annals.audit_log DISABLE TRIGGER annals_guard`;
      await tx`UPDATE annals.audit_log SET changes = '{"total": {"new": 12345678901234567890.123456789012345678900}}'`;
      await tx`ALTER TABLE annals.audit_log ENABLE ALWAYS TRIGGER annals_guard`;
    });
    const { text } = await read("audit", "from=all");
    expect(text).toContain('"changes":{"total": {"new": 12345678901234567890.123456789012345678900}}');
    expect(objects(text)[0]?.object_label).toBe(label);
    const csv = (await read("audit", "from=all", { format: "csv", columns: ["object_label", "changes"] }))
      .text;
    expect(csv).toBe(
      `object_label,changes\r\n"${label.replaceAll('"', '""')}","{""total"": {""new"": 12345678901234567890.123456789012345678900}}"\r\n`,
    );
  });

  test("in CSV tells NULL from an empty text, ends rows by CR LF, and keeps the breaks in a text", async () => {
    await fillRecords(database.sql, "audit_log", [
      { recorded_at: at(1), object_label: "", reason: null },
      { recorded_at: at(2), object_label: 'a\n"b"\r\nc', reason: "d,e" },
    ]);
    const columns = ["object_label", "reason", "actor_kind"];
    const { text, rows } = await read("audit", "from=all&sort=time", { format: "csv", columns });
    expect(text).toBe('object_label,reason,actor_kind\r\n"",,"user"\r\n"a\n""b""\r\nc","d,e","user"\r\n');
    expect(rows).toBe(2);
  });

  test.each([
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1",
    "＋1",
    "－1",
    "＠1",
    "=",
    '=cmd|" /C calc"!A0',
  ])("in CSV has no formula out of %j, and NDJSON has the text as it is", async (object_label) => {
    await fillRecords(database.sql, "audit_log", [{ recorded_at: at(1), object_label }]);
    const columns = ["object_label"];
    const csv = (await read("audit", "from=all", { format: "csv", columns })).text;
    expect(csv).toBe(`object_label\r\n"'${object_label.replaceAll('"', '""')}"\r\n`);
    const { text } = await read("audit", "from=all", { columns });
    expect(JSON.parse(text)).toEqual({ object_label });
  });

  test("guards every text column, and leaves numbers, times and JSON alone", async () => {
    const texts = [
      "title",
      "description",
      "function_name",
      "error_code",
      "stack_trace",
      "resolution_note",
      "module",
    ];
    await fillRecords(database.sql, "system_event", [
      { recorded_at: at(1), line_number: -5, ...Object.fromEntries(texts.map((name) => [name, "=1"])) },
    ]);
    const columns = [...texts, "line_number", "resolved", "recorded_at"];
    const { text } = await read("events", "from=all", { format: "csv", columns });
    expect(text.split("\r\n")[1]).toBe(
      `${texts.map(() => `"'=1"`).join()},-5,false,2026-03-14T09:01:00.123456+00:00`,
    );
  });

  test("is confined to the tenants of its viewer", async () => {
    await fillRecords(database.sql, "audit_log", [
      { recorded_at: at(1), object_id: "1", tenant: "north" },
      { recorded_at: at(2), object_id: "2", tenant: "south" },
      { recorded_at: at(3), object_id: "3", tenant: "" },
    ]);
    const idsOf = async (tenants: string[], filter: string) => {
      const { text, eventId } = await read("audit", filter, {}, viewerOf({ ...user, tenants }));
      expect((await onRecord(eventId)).filters_applied).toMatchObject({ tenants });
      return objects(text).map(({ object_id }) => object_id);
    };
    expect(await idsOf(["north"], "from=all")).toEqual(["1"]);
    expect(await idsOf(["north"], "from=all&tenant=south")).toEqual([]);
    expect(await idsOf(["north", "south"], "from=all")).toEqual(["2", "1"]);
    expect(await idsOf([], "from=all")).toEqual([]);
  });

  test("is one state of the record: what is written meanwhile is not in it, nor does it change", async () => {
    await fillRecords(database.sql, "system_event", [
      ...Array.from({ length: 3000 }, (_, number) => ({
        recorded_at: new Date(Date.parse("2026-02-20T00:00:00Z") + number * 600_000).toISOString(),
        description: "x".repeat(2000),
      })),
    ]);
    const { body, done } = await open("events", "from=all");
    const chunks: Uint8Array[] = [];
    for await (const chunk of body) {
      if (chunks.push(chunk) === 1) {
        await fillRecords(database.sql, "system_event", [{ recorded_at: at(1), title: "late" }]);
        await database.sql.begin(async (tx) => {
          await tx`ALTER TABLE annals.system_event DISABLE TRIGGER annals_guard`;
          await tx`UPDATE annals.system_event SET title = 'changed'`;
          await tx`ALTER TABLE annals.system_event ENABLE ALWAYS TRIGGER annals_guard`;
        });
      }
    }
    expect(chunks.length).toBeGreaterThan(10);
    expect((await done).rows).toBe(3000);
    expect(Buffer.concat(chunks).toString()).not.toMatch(/"title":"(late|changed)"/);
  });
});

describe("an export is on record", () => {
  test("as started before the first byte, then as completed, with what it came to", async () => {
    await annals.logAuditEvent({ action: "REFUND", object: { type: "payment", id: 7 } });
    await annals.logAuditEvent({ action: "VIEW", object: { type: "payment", id: 7 } });
    await annals.catchUp();
    const context = { actor: { id: "ada", label: "Ada" }, attribution: "session" } as const;
    const filter = "action=!VIEW&from=now-7d&type=payment";
    const { body, done, eventId, columns } = await annals.run(context, () =>
      open("audit", filter, { format: "csv", reason: "asked for by the auditor", filePath: "/srv/out.csv" }),
    );
    expect(await onRecord(eventId)).toMatchObject({ status: "started", file_path: "/srv/out.csv" });
    const chunks: Uint8Array[] = [];
    for await (const chunk of body) chunks.push(chunk);
    const file = Buffer.concat(chunks);
    const { rows, bytes, sha256 } = await done;
    expect(rows).toBe(file.toString().split("\r\n").length - 2);
    expect({ rows, bytes }).toEqual({ rows: 1, bytes: file.length });
    expect(sha256).toBe(createHash("sha256").update(file).digest("hex"));

    await annals.catchUp();
    const [record = {}] = await database.sql`SELECT * FROM annals.data_export`;
    expect(record).toMatchObject({
      event_id: eventId,
      actor_id: "ada",
      attribution: "session",
      export_type: "audit_log",
      file_format: "csv",
      status: "completed",
      record_count: "1",
      file_size: String(bytes),
      sha256,
      columns,
      filters_applied: { action: "!VIEW", type: "payment", tz: "UTC", upTo: "2" },
    });
    const { from, to } = record.filters_applied as { from: string; to: string };
    expect(Date.parse(to) - Date.parse(from)).toBeCloseTo(7 * 86_400_000, -1);
    const [audit] = await database.sql`SELECT * FROM annals.audit_log WHERE action = 'EXPORT'`;
    expect(audit).toMatchObject({
      object_id: eventId,
      actor_id: "ada",
      reason: "asked for by the auditor",
    });
  });

  test("as failed when its reader goes away, and the connection is free at once", async () => {
    await fillRecords(database.sql, "audit_log", many(3000));
    const { body, done, eventId } = await open("audit", "from=all");
    for await (const chunk of body) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
    await expect(done).rejects.toThrow("went away");
    const { status, record_count } = await onRecord(eventId);
    expect(status).toBe("failed");
    expect(record_count).toBeGreaterThan(0);
    expect(record_count).toBeLessThan(3000);
    expect(await stateOfReader()).toBe("idle");
    expect((await read("audit", "from=all")).rows).toBe(3000);
  });

  test("as failed when it is cancelled before anything was read", async () => {
    await fillRecords(database.sql, "audit_log", many(10));
    const { body, done, eventId } = await open("audit", "from=all");
    await body.cancel(new Error("enough"));
    await expect(done).rejects.toThrow("enough");
    expect(await onRecord(eventId)).toMatchObject({ status: "failed", record_count: 0 });
    expect(await stateOfReader()).toBe("idle");
  });

  test("as failed when it is aborted while its reader does nothing, and while it waits for the server", async () => {
    await fillRecords(database.sql, "audit_log", many(3000));
    for (const isWaiting of [false, true]) {
      const controller = new AbortController();
      const { body, done, eventId } = await open("audit", "from=all", { signal: controller.signal });
      const reading = body.getReader();
      await reading.read();
      // A lock in the way: the next month cannot be read before it is gone.
      const blocker = await database.sql.reserve();
      let next: Promise<unknown> | undefined;
      if (isWaiting) {
        await blocker`BEGIN`;
        await blocker`LOCK TABLE annals.audit_log_202602 IN ACCESS EXCLUSIVE MODE`;
        next = (async () => {
          while (!(await reading.read()).done);
        })();
        next.catch(() => {});
        while ((await waitingForLock()) === 0);
      }
      const reason = new Error("the server shuts down");
      controller.abort(reason);
      await expect(done).rejects.toBe(reason);
      await expect(reading.closed).rejects.toBe(reason);
      if (next) await expect(next).rejects.toBe(reason);
      expect(await onRecord(eventId)).toMatchObject({ status: "failed" });
      expect(await stateOfReader()).toBe("idle");
      if (isWaiting) await blocker`ROLLBACK`;
      blocker.release();
    }
  });

  test("as failed when it is aborted while it is being recorded", async () => {
    await fillRecords(database.sql, "audit_log", many(3000));
    const controller = new AbortController();
    const reason = new Error("too late");
    const recorder = {
      async logDataExport(...args: Parameters<Annals["logDataExport"]>) {
        const entry = await annals.logDataExport(...args);
        controller.abort(reason);
        return entry;
      },
    };
    const { search } = parseSearch(definitions.audit, { from: "all" }, new Date());
    const request = { format: "csv", signal: controller.signal } as const;
    const { body, done, eventId } = await exportRecords(
      source,
      recorder,
      ada,
      definitions.audit,
      search,
      request,
    );
    await expect(body.getReader().read()).rejects.toBe(reason);
    await expect(done).rejects.toBe(reason);
    expect(await onRecord(eventId)).toMatchObject({ status: "failed", record_count: 0 });
    expect(await stateOfReader()).toBe("idle");
  });

  test("as failed when the connection is lost", async () => {
    await fillRecords(database.sql, "audit_log", many(3000));
    const { body, done, eventId } = await open("audit", "from=all");
    const reading = body.getReader();
    await reading.read();
    await database.sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE application_name = 'reader of exports' AND datname = current_database()`;
    const rest = (async () => {
      while (!(await reading.read()).done);
    })();
    await expect(rest).rejects.toThrow();
    await expect(done).rejects.toThrow();
    expect(await onRecord(eventId)).toMatchObject({ status: "failed" });
  });

  test("or it does not begin: where that cannot be written, nothing is read", async () => {
    const refusing = { logDataExport: () => Promise.reject(new Error("the disk is full")) };
    const { search } = parseSearch(definitions.audit, {}, new Date());
    const exporting = exportRecords(source, refusing, ada, definitions.audit, search, { format: "csv" });
    await expect(exporting).rejects.toThrow("the disk is full");
    expect(await stateOfReader()).toBe("idle");
  });

  test("or its stream fails: where the end cannot be written, no file looks whole", async () => {
    const forgetful = {
      async logDataExport(...args: Parameters<Annals["logDataExport"]>) {
        const entry = await annals.logDataExport(...args);
        return { ...entry, complete: () => Promise.reject(new Error("the disk is full")) };
      },
    };
    const { search } = parseSearch(definitions.audit, {}, new Date());
    const request = { format: "csv" } as const;
    const { body, done } = await exportRecords(source, forgetful, ada, definitions.audit, search, request);
    const reading = async () => {
      for await (const _ of body);
    };
    await expect(reading()).rejects.toThrow("the disk is full");
    await expect(done).rejects.toThrow("the disk is full");
  });
});

async function waitingForLock(): Promise<number> {
  const [row] = await database.sql`SELECT count(*)::int AS waiting FROM pg_stat_activity
    WHERE application_name = 'reader of exports' AND datname = current_database() AND wait_event_type = 'Lock'`;
  return row?.waiting;
}

describe("an export is refused before anything is on record", () => {
  async function nothingHappened() {
    const [row] = await database.sql`SELECT count(*)::int AS events FROM annals.outbox`;
    expect(row?.events).toBe(0);
  }

  test("without the right to export, and without the right to view this kind, and nothing is asked", async () => {
    const untouched: SnapshotSource = {
      openSnapshot: () => Promise.reject(new Error("the database was asked")),
    };
    for (const kind of kinds) {
      const { search } = parseSearch(definitions[kind], {}, new Date());
      for (const viewer of [
        viewerOf({ ...user, role: "developer" }),
        { ...ada, permissions: ada.permissions.filter((one) => one !== `${kind}.view`) },
        undefined as unknown as Viewer,
      ]) {
        await expect(
          exportRecords(untouched, annals, viewer, definitions[kind], search, { format: "csv" }),
        ).rejects.toMatchObject({ code: "FORBIDDEN" });
      }
    }
    await nothingHappened();
  });

  test("above its limit, and never cut at it", async () => {
    await fillRecords(database.sql, "audit_log", many(30));
    await expect(open("audit", "from=all", { maxRows: 29 })).rejects.toMatchObject({
      code: "EXPORT_TOO_LARGE",
      message: expect.stringContaining("more than 29 audit"),
    });
    expect(await stateOfReader()).toBe("idle");
    await nothingHappened();
    const { rows, body } = await open("audit", "from=all", { maxRows: 30 });
    expect(rows).toBe(30);
    await body.cancel();
    expect((await read("audit", "from=all&action=DELETE", { maxRows: 10 })).rows).toBe(10);
    const ofNone = viewerOf({ ...user, tenants: ["nowhere"] });
    expect((await read("audit", "from=all", { maxRows: 0 }, ofNone)).rows).toBe(0);
  });

  test("when it is aborted before it began", async () => {
    const reason = new Error("gone");
    await expect(open("audit", "", { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    await nothingHappened();
  });
});
