import { readFileSync } from "node:fs";
import postgres from "postgres";
import { executorOf } from "../../lib/adapters/db/postgres-js.ts";
import { countMonth, proveCounts } from "./count-history.ts";
import { measureBytes } from "./measure-bytes.ts";
import { attachMonth, type MonthTask, records, tableOf, writeMonth } from "./month.ts";

/** Raised whenever what is built changes, so that an older history is built anew. */
export const historyVersion = 1;

/** Two writers: one for each core of the machine that the figures come from. */
const writers = 2;

const read = (name: string) => readFileSync(new URL(`sql/${name}.sql`, import.meta.url), "utf8");

/**
 * Fills an empty, migrated database with 24 months of history up to `until`: `rows` audit events and what goes
 * with them, numbered without a gap in the order of time, over the four records, with segments, rollups, indexes
 * and statistics as the relay and autovacuum would have left them.
 *
 * No event passes the outbox: months are written apart, as a superuser, and attached; only segments, head and
 * rollups are written with their guards off, which are on again at the end.
 */
export async function buildHistory(
  url: string,
  { rows, until, say }: { rows: number; until: Date; say: (line: string) => void },
): Promise<void> {
  const started = performance.now();
  const sql = postgres(url, { max: writers, onnotice: () => {}, connection: { TimeZone: "UTC" } });
  const step = (what: string) => say(`${((performance.now() - started) / 1000).toFixed(0)} s: ${what}`);
  try {
    // The other records hold an eighth of what the audit log holds.
    const events = Math.round((rows * 225) / 200);
    await sql.unsafe(read("vocabulary"));
    await sql.unsafe(read("calendar"), [events, until.toISOString()]);
    await sql.unsafe(read("rare"), [events]);
    await sql`ANALYZE bench.hour, bench.person, bench.object_type, bench.rare, bench.tenant, bench.name`;
    const months = await sql<{ month: string }[]>`SELECT DISTINCT month::text FROM bench.hour ORDER BY 1`;
    const tasks = months.flatMap(({ month }) =>
      records.map((record): MonthTask => ({ record, month, rows })),
    );
    // The months that `migrate` has made for what is to come are in the way of some.
    for (const task of tasks) await sql.unsafe(`DROP TABLE IF EXISTS annals.${tableOf(task)}`);

    step("writing");
    await share(tasks, (task) => writeMonth(sql, task));
    step("attaching");
    for (const task of tasks) await attachMonth(sql, task);
    await sql`SELECT annals.guard_tables()`;
    await sql`SELECT annals.ensure_partitions()`;
    const guarded = ["segment", "head", "rollup_day", "rollup_month", "rollup_head"];
    for (const table of guarded) await sql.unsafe(`ALTER TABLE annals.${table} DISABLE TRIGGER annals_guard`);
    for (const task of tasks) await registerMonth(sql, task);
    await sql`UPDATE annals.head SET seq = ${events}, filed_at = ${until}`;
    step("counting");
    await share(tasks, (task) => countMonth(sql, task));
    await sql`UPDATE annals.rollup_head SET counted_seq = ${events}`;
    for (const table of guarded)
      await sql.unsafe(`ALTER TABLE annals.${table} ENABLE ALWAYS TRIGGER annals_guard`);

    step("vacuuming");
    // Not the records themselves: autovacuum never looks at a parent.
    const kept = ["segment", "head", "rollup_day", "rollup_month", "rollup_head", "rollup_shape"];
    await share([...kept, ...tasks.map(tableOf)], (table) => sql.unsafe(`VACUUM (ANALYZE) annals.${table}`));
    step("checking the counts");
    await proveCounts(sql);
    await sql`CHECKPOINT`;
    const bytes = await measureBytes(executorOf(sql));
    const seconds = (performance.now() - started) / 1000;
    await sql`INSERT INTO bench.history (rows, events, until, version, seconds, bytes)
      VALUES (${rows}, ${events}, ${until}, ${historyVersion}, ${seconds}, ${sql.json(bytes as never)})`;
    step("built");
  } finally {
    await sql.end({ timeout: 5 });
  }
}

/** Which numbers and times a month holds, as the relay notes them. */
async function registerMonth(sql: postgres.Sql, task: MonthTask): Promise<void> {
  await sql.unsafe(
    `INSERT INTO annals.segment (record, month, from_seq, to_seq, from_at, to_at, rows)
     SELECT $1, $2::text::date, min(seq), max(seq), min(recorded_at), max(recorded_at), count(*)
     FROM annals.${tableOf(task)} HAVING count(*) > 0`,
    [task.record, task.month],
  );
}

/** Works through a list with all writers, the next one always by whoever is free. */
async function share<T>(list: readonly T[], work: (item: T) => Promise<unknown>): Promise<void> {
  const rest = [...list];
  const worker = async () => {
    for (let item = rest.shift(); item !== undefined; item = rest.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: writers }, worker));
}
