import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import { isRunning } from "../embedded/running-server.ts";
import { type StartedDatabase, startDatabase } from "../embedded/start-database.ts";
import { executorOf } from "../lib/adapters/db/postgres-js.ts";

/** A migrated database of one bench's own. */
export interface BenchDatabase {
  url: string;
  /** Such as `18.4`. */
  version: string;
  /** A superuser's client of up to four connections. */
  sql: postgres.Sql;
  /** Drops the database or stops the server, whichever was ours. */
  close(): Promise<void>;
}

/** Durable, and large enough that no checkpoint falls into a round by itself. */
const serverSettings = {
  fsync: true,
  full_page_writes: true,
  shared_buffers: "512MB",
  max_wal_size: "4GB",
  checkpoint_timeout: "30min",
  max_connections: 60,
};

/** On the server that DATABASE_URL names (as a superuser), or else on one that it starts for this run. */
export async function openBenchDatabase(): Promise<BenchDatabase> {
  // Generated from the SQL files, so that what is measured is what lies there now.
  await import("../scripts/embed-sql.mjs");
  const { migrate } = await import("../lib/migrate/migrate.ts");
  const server = process.env.DATABASE_URL ? undefined : await startServer();
  const home = server?.url ?? (process.env.DATABASE_URL as string);
  const name = `annals_bench_${process.pid}_${Math.random().toString(36).slice(2, 8)}`;
  await administer(home, `CREATE DATABASE ${name} TEMPLATE template0`);
  const url = new URL(home);
  url.pathname = `/${name}`;
  const sql = postgres(url.href, { max: 4, onnotice: () => {} });
  const session = postgres(url.href, { max: 1, onnotice: () => {} });
  await migrate(executorOf(session));
  await session.end();
  const [row] = await sql`SELECT current_setting('server_version') AS version`;
  return {
    url: url.href,
    version: String(row?.version),
    sql,
    async close() {
      await sql.end({ timeout: 5 });
      await administer(home, `DROP DATABASE ${name} WITH (FORCE)`);
      await server?.end();
    },
  };
}

async function administer(url: string, statement: string): Promise<void> {
  const admin = postgres(url, { max: 1, onnotice: () => {} });
  try {
    await admin.unsafe(statement);
  } finally {
    await admin.end();
  }
}

/** A server on a folder that goes with the run, also when the run is interrupted. */
async function startServer(): Promise<StartedDatabase & { end(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), "annals-bench-"));
  // Root's server runs under another account.
  chmodSync(folder, 0o755);
  const server = await startDatabase({
    dir: join(folder, "data"),
    database: "postgres",
    settings: serverSettings,
  });
  const remove = () => {
    for (const dir of [server.dir, folder]) rmSync(dir, { recursive: true, force: true, maxRetries: 20 });
  };
  const abort = () => {
    if (isRunning(server.pid)) process.kill(server.pid, "SIGQUIT");
    remove();
  };
  const leave = () => process.exit(130);
  process.once("exit", abort).once("SIGINT", leave).once("SIGTERM", leave);
  return {
    ...server,
    async end() {
      process.off("exit", abort).off("SIGINT", leave).off("SIGTERM", leave);
      await server.stop();
      remove();
    },
  };
}
