import { readFileSync } from "node:fs";
import type postgres from "postgres";

export const records = ["audit_log", "login_attempt", "data_export", "system_event"] as const;
export type RecordName = (typeof records)[number];

/** One month of one record. */
export interface MonthTask {
  record: RecordName;
  /** The first of the month, `YYYY-MM-DD`. */
  month: string;
  /** Of the whole history. */
  rows: number;
}

const read = (name: string) => readFileSync(new URL(`sql/${name}.sql`, import.meta.url), "utf8");
const parts = { event: read("event"), envelope: read("envelope") };
const selects = Object.fromEntries(records.map((record) => [record, read(record)])) as Record<
  RecordName,
  string
>;

export function tableOf({ record, month }: MonthTask): string {
  return `${record}_${month.slice(0, 7).replace("-", "")}`;
}

/**
 * Writes a month apart from its record, then its indexes, in one transaction: many times as fast as through the
 * indexes, and without a word in the write-ahead log. `attachMonth` makes it a part of the record.
 */
export async function writeMonth(sql: postgres.Sql, task: MonthTask): Promise<void> {
  const table = tableOf(task);
  const select = selectOf(task);
  await sql.begin(async (tx) => {
    const { columns } = await tx.unsafe(`${select} LIMIT 0`);
    await tx.unsafe(
      `CREATE TABLE annals.${table} (LIKE annals.${task.record} INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE)`,
    );
    const names = columns.map(({ name }) => `"${name}"`).join(", ");
    await tx.unsafe(`INSERT INTO annals.${table} (${names}) ${select} ORDER BY seq`);
    for (const statement of await indexStatements(tx, task)) await tx.unsafe(statement);
  });
}

export async function attachMonth(sql: postgres.Sql, task: MonthTask): Promise<void> {
  await sql.unsafe(
    `ALTER TABLE annals.${task.record} ATTACH PARTITION annals.${tableOf(task)}
     FOR VALUES FROM ('${task.month}') TO ('${task.month}'::timestamptz + interval '1 month')`,
  );
}

function selectOf({ record, month, rows }: MonthTask): string {
  const fill = (text: string) =>
    text.replaceAll("$record", record).replaceAll("$month", month).replaceAll("$rows", String(rows));
  return `WITH event AS (${fill(parts.event)}), envelope AS (${fill(parts.envelope)})\n${fill(selects[record])}`;
}

/** The indexes of the record, for one month of it: attaching takes them over. */
async function indexStatements(tx: postgres.TransactionSql, task: MonthTask): Promise<string[]> {
  const table = tableOf(task);
  const indexes = await tx<{ name: string; definition: string; primary: boolean }[]>`
    SELECT c.relname AS name, pg_get_indexdef(i.indexrelid) AS definition, i.indisprimary AS primary
    FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
    WHERE i.indrelid = ${`annals.${task.record}`}::regclass ORDER BY i.indisprimary DESC, c.relname`;
  return indexes.map(({ name, definition, primary }) => {
    if (primary) return `ALTER TABLE annals.${table} ADD PRIMARY KEY (recorded_at, seq)`;
    const [, ways] = / ON (?:ONLY )?annals\.\S+ (USING .*)$/s.exec(definition) ?? [];
    if (!ways) throw new RangeError(`what index is this? ${definition}`);
    return `CREATE INDEX ${table}${name.slice(task.record.length)} ON annals.${table} ${ways}`;
  });
}
