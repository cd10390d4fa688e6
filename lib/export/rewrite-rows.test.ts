import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTestDatabase, type TestDatabase } from "../../testing/database.ts";
import { snapshotsOf } from "../adapters/db/open-snapshot.ts";
import type { ExportColumn } from "../query/plan-export.ts";
import { rewriteRows } from "./rewrite-rows.ts";
import { toCsv } from "./to-csv.ts";
import { toNdjson } from "./to-ndjson.ts";

const columns: ExportColumn[] = [
  { name: "number", shape: "number" },
  { name: "label", shape: "text" },
  { name: "at", shape: "time" },
  { name: "open", shape: "flag" },
  { name: "data", shape: "json" },
  { name: "list", shape: "json" },
  { name: "reason", shape: "text" },
];
const select =
  "SELECT number, label, at, open, data, array_to_json(list) AS list, reason FROM hostile ORDER BY place";

const controls = String.fromCharCode(...Array.from({ length: 31 }, (_, at) => at + 1), 127);
const texts = [
  "",
  null,
  "plain",
  controls,
  "\\N",
  "\\.",
  "\\",
  '"',
  '""\\"',
  "a\tb\nc\r\nd\ve\ff\bg",
  "a,b;c",
  " =1 ",
  "=1",
  "\\n=1",
  "\n=1",
  "＝＋",
  "ä\u2028\u{1f600}＝",
  "'",
  "x".repeat(20_000),
];

let database: TestDatabase;
let copied: Buffer;

beforeAll(async () => {
  database = await openTestDatabase();
  const { sql } = database;
  await sql`CREATE TABLE hostile (place serial, number bigint, label text, at timestamptz, open boolean, data jsonb,
    list text[], reason text)`;
  const numbers = ["9223372036854775807", "-5", null];
  const times = ["2026-03-14 09:00:00.123456+00", "2026-03-14 09:00:00+00", "infinity", null];
  for (const [at, text] of texts.entries()) {
    const data = text === null ? null : JSON.stringify({ [text]: [text, "N"] });
    await sql`INSERT INTO hostile (number, label, at, open, data, list, reason)
      SELECT ${numbers[at % 3] ?? null}::text::bigint, ${text}, ${times[at % 4] ?? null}::text::timestamptz,
        ${[true, false, null][at % 3] ?? null}, ${data}::text::jsonb,
        ARRAY(SELECT json_array_elements_text(${JSON.stringify([text, "b", null])}::text::json)), ${text}`;
  }
  await sql`INSERT INTO hostile (data) VALUES
    ('{"big": 12345678901234567890123456789.10, "small": 0.000000000000000000000000000001}'), ('"\\u0001\\\\"'), (NULL)`;
  const snapshot = await snapshotsOf(sql).openSnapshot();
  await snapshot.query("SET LOCAL timezone = 'UTC'");
  const pieces: Uint8Array[] = [];
  for await (const piece of snapshot.copyOut(select, [])) pieces.push(piece);
  copied = Buffer.concat(pieces);
  await snapshot.close();
});
afterAll(() => database.close());

/** Rewritten in pieces of that length. */
function rewritten(format: typeof toCsv, length: number): { text: string; rows: number } {
  const { head, ...rest } = format(columns);
  const rewrite = rewriteRows({ head, ...rest });
  const bytes: Uint8Array[] = [head];
  let rows = 0;
  for (let at = 0; at < copied.length; at += length) {
    const done = rewrite(copied.subarray(at, at + length));
    bytes.push(done.bytes);
    rows += done.rows;
  }
  return { text: Buffer.concat(bytes).toString(), rows };
}

describe("rows of a COPY", () => {
  test("become what PostgreSQL's own row_to_json writes, byte for byte", async () => {
    const lines = await database.sql.begin(async (tx) => {
      await tx`SET LOCAL timezone = 'UTC'`;
      return tx.unsafe(`SELECT row_to_json(r)::text AS line FROM (${select}) AS r`);
    });
    const { text, rows } = rewritten(toNdjson, copied.length);
    expect(text.split("\n")).toEqual([...lines.map(({ line }) => line), ""]);
    expect(rows).toBe(texts.length + 3);
  });

  test("become CSV that reads back as it was, but for the apostrophes before formulas", async () => {
    const [head, ...rows] = parseCsv(rewritten(toCsv, copied.length).text);
    expect(head).toEqual(columns.map(({ name }) => name));
    const stored = await database.sql`SELECT number::text, label,
      replace((at AT TIME ZONE 'UTC')::text, ' ', 'T') || CASE WHEN isfinite(at) THEN '+00:00' ELSE '' END AS at,
      open::text, data::text, array_to_json(list)::text AS list, reason FROM hostile ORDER BY place`;
    const guarded = (text: string | null) =>
      text && /^[=+\-@\t\r\n＝＋－＠]/.test(text) ? `'${text}` : text;
    expect(rows).toEqual(
      stored.map(({ number, label, at, open, data, list, reason }) => [
        number,
        guarded(label),
        at,
        open,
        data,
        list,
        guarded(reason),
      ]),
    );
  });

  test.each([1, 2, 3, 7, 100, 4096])("are the same in pieces of %i bytes", (length) => {
    for (const format of [toNdjson, toCsv])
      expect(rewritten(format, length)).toEqual(rewritten(format, copied.length));
  });
});

/** RFC 4180, and nothing else: NULL is a cell without quotes and without anything in it. */
function parseCsv(text: string): (string | null)[][] {
  const rows: (string | null)[][] = [];
  for (let at = 0; at < text.length; ) {
    const row: (string | null)[] = [];
    for (let isLast = false; !isLast; ) {
      const [whole, quoted, bare = ""] = /^(?:"((?:[^"]|"")*)"|([^",\r\n]*))/.exec(text.slice(at)) ?? [""];
      row.push(quoted?.replaceAll('""', '"') ?? (bare === "" ? null : bare));
      at += whole.length;
      isLast = text.startsWith("\r\n", at);
      if (!isLast) expect(text[at]).toBe(",");
      at += isLast ? 2 : 1;
    }
    rows.push(row);
  }
  return rows;
}
