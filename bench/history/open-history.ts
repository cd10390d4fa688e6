import postgres from "postgres";
import { executorOf } from "../../lib/adapters/db/postgres-js.ts";
import { buildHistory, historyVersion } from "./build-history.ts";
import { administer, type HistoryServer } from "./history-server.ts";
import type { Bytes } from "./measure-bytes.ts";

/** A history that is ready to be read. */
export interface History {
  url: string;
  /** Audit events. */
  rows: number;
  events: number;
  /** No event is newer. */
  until: Date;
  /** What it took to build, in seconds, once. */
  seconds: number;
  bytes: Bytes;
}

/** The history of that size on a server: the one that is there, brought up to date, else a new one. */
export async function openHistory(
  server: HistoryServer,
  wanted: number,
  say: (line: string) => void,
): Promise<History> {
  // So that every event of 225 is of the record that it should be of.
  const rows = Math.ceil(wanted / 200) * 200;
  const name = `annals_history_${rows}`;
  const url = server.urlOf(name);
  const there = (await administer(server, `SELECT FROM pg_database WHERE datname = '${name}'`)).length > 0;
  const found = there ? await readHistory(url, say) : undefined;
  if (found) return found;
  say(`building a history of ${rows.toLocaleString("en-US")} audit events`);
  await administer(server, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  await administer(server, `CREATE DATABASE ${name} TEMPLATE template0`);
  await migrateHistory(url);
  const hour = 3_600_000;
  const until = new Date(Math.floor(Date.now() / hour) * hour);
  await buildHistory(url, { rows, until, say });
  // Now that the months are there, for their owner and their grants.
  await migrateHistory(url);
  const built = await readHistory(url, say);
  if (!built) throw new Error(`the history in ${name} is not whole`);
  return built;
}

/** Undefined when it was not finished, or by another version of the bench. */
async function readHistory(url: string, say: (line: string) => void): Promise<History | undefined> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    const [table] = await sql`SELECT to_regclass('bench.history') AS name`;
    if (!table?.name) return undefined;
    const [row] =
      await sql`SELECT rows::float8, events::float8, until, seconds, bytes FROM bench.history WHERE version = ${historyVersion}`;
    if (!row) return undefined;
    const done = await migrateHistory(url);
    if (done > 0) say(`${done} migrations were new`);
    return { url, ...(row as unknown as Omit<History, "url">) };
  } finally {
    await sql.end();
  }
}

/** @returns how many migrations it applied */
async function migrateHistory(url: string): Promise<number> {
  // Generated from the SQL files, so that what is measured is what lies there now.
  await import("../../scripts/embed-sql.mjs");
  const { migrate } = await import("../../lib/migrate/migrate.ts");
  const session = postgres(url, { max: 1, onnotice: () => {} });
  try {
    return (await migrate(executorOf(session), { patienceMs: 600_000 })).migrations.length;
  } finally {
    await session.end();
  }
}
