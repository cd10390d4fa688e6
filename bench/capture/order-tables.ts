import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import postgres from "postgres";
import { executorOf } from "../../lib/adapters/db/postgres-js.ts";
import { track } from "../../lib/capture/track.ts";

/**
 * One table of ten columns in five copies: not audited, by Annals, by the least that a trigger must do, by a row trigger,
 * by a diff in a trigger.
 */
export const variants = ["plain", "annals", "least", "row", "diff"] as const;
export type Variant = (typeof variants)[number];

/** As the results name what audits. */
export const titles = {
  plain: "plain",
  annals: "Annals",
  least: "the least trigger",
  row: "row trigger",
  diff: "diff in the trigger",
};

/** About 230 bytes a row as JSON, of kinds that applications have. */
export function insertRows(table: string, count: string, from = "1"): string {
  return `INSERT INTO ${table} (id, number, customer_id, status, total, currency, note, is_paid, created_at, updated_at)
    SELECT i, 'ORD-' || (1000000 + i), i * 7919 % 50000, 'open', (i * 31 % 100000)::numeric / 100, 'EUR',
      'Leave it with the neighbours at number ' || i % 90, i % 3 = 0,
      timestamptz '2026-01-01 08:00+00' + i * interval '37 s', timestamptz '2026-01-01 08:00+00' + i * interval '41 s'
    FROM generate_series(${from}::bigint, ${count}::bigint) AS i`;
}

/** What an application does with an order: three of ten columns. */
export function updateRows(table: string): string {
  return `UPDATE ${table} SET status = 'paid', is_paid = NOT is_paid, updated_at = updated_at + interval '1 hour'`;
}

/** Makes the five tables, with what audits four of them. */
export async function createOrderTables(url: string): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    for (const variant of variants) {
      await sql.unsafe(`CREATE TABLE orders_${variant} (id bigint PRIMARY KEY, number text NOT NULL,
        customer_id integer NOT NULL, status text NOT NULL, total numeric(12, 2) NOT NULL, currency text NOT NULL,
        note text, is_paid boolean NOT NULL, created_at timestamptz NOT NULL, updated_at timestamptz NOT NULL)`);
    }
    await track(executorOf(sql), { tables: ["orders_annals"] });
    for (const file of ["least-trigger", "row-trigger", "diff-trigger"]) {
      const path = fileURLToPath(new URL(`../comparison/${file}.sql`, import.meta.url));
      await sql.unsafe(readFileSync(path, "utf8"));
    }
  } finally {
    await sql.end();
  }
}

/** From the cheapest trigger for statements of many rows to the cheapest for those of one. */
export async function leastForOneRow(sql: postgres.Sql): Promise<void> {
  await sql`ALTER TABLE orders_least DISABLE TRIGGER keep_updates`;
  await sql`ALTER TABLE orders_least ENABLE TRIGGER keep_row`;
}

/** Empties what the audits have written, so that each round writes into empty tables of its own. */
export async function emptyHistories(sql: postgres.Sql): Promise<void> {
  await sql.begin(async (tx) => {
    await tx.unsafe("TRUNCATE least_history, row_history, diff_history");
    for (const slot of [0, 1, 2])
      await tx.unsafe(`ALTER TABLE annals.outbox_${slot} DISABLE TRIGGER annals_guard`);
    await tx.unsafe("ALTER TABLE annals.outbox DISABLE TRIGGER annals_guard");
    await tx.unsafe("TRUNCATE annals.outbox");
    for (const slot of [0, 1, 2]) {
      await tx.unsafe(`ALTER TABLE annals.outbox_${slot} ENABLE ALWAYS TRIGGER annals_guard`);
    }
    await tx.unsafe("ALTER TABLE annals.outbox ENABLE ALWAYS TRIGGER annals_guard");
  });
}

/** Bytes on disk of the outbox, indexes and chunks of wide values included. */
export async function outboxBytes(sql: postgres.Sql): Promise<number> {
  const [row] = await sql`
    SELECT sum(pg_total_relation_size(relid))::float8 AS bytes FROM pg_partition_tree('annals.outbox')`;
  return Number(row?.bytes);
}
