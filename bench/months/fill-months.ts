import type postgres from "postgres";
import { executorOf } from "../../lib/adapters/db/postgres-js.ts";
import { catchUp } from "../../lib/relay/catch-up.ts";

/** Puts `rows` events spread evenly over each of these months (`2024-01`) into the outbox. */
export async function writeMonths(sql: postgres.Sql, months: readonly string[], rows: number): Promise<void> {
  await sql`INSERT INTO annals.outbox (recorded_at, op, object_type, new_rows, context)
    SELECT (m || '-01')::timestamp AT TIME ZONE 'UTC' + i * (interval '28 days' / ${rows}::int), 'E', 'audit',
      json_build_object('action', CASE i % 3 WHEN 0 THEN 'CREATE' ELSE 'UPDATE' END, 'object_type', 'order',
        'object_id', (i % 10000)::text, 'changes', json_build_object('total', json_build_object('old', i, 'new', i + 1))),
      json_build_object('actor_kind', 'user', 'actor_id', (i % 200)::text, 'ip', '203.0.113.' || i % 200)
    FROM unnest(${[...months]}::text[]) AS m, generate_series(1, ${rows}::int) AS i`;
}

/** The same, filed, counted, and in partitions of their own. */
export async function fillMonths(sql: postgres.Sql, months: readonly string[], rows: number): Promise<void> {
  await writeMonths(sql, months, rows);
  await catchUp(executorOf(sql), { maxMs: Number.POSITIVE_INFINITY });
  for (let turn = 0; turn < 1000 && (await hasStrays(sql)); turn += 1)
    await sql`SELECT annals.ensure_partitions()`;
  await sql`SELECT annals.repair_rollups()`;
}

export async function hasStrays(sql: postgres.Sql): Promise<boolean> {
  const [row] = await sql`SELECT annals.has_strays() AS strays`;
  return row?.strays === true;
}
