import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import postgres from "postgres";
import { makeFolders } from "../../embedded/make-folders.ts";
import { startDatabase } from "../../embedded/start-database.ts";

/** A server that holds histories, a database for each size. It stays on disk for the next bench. */
export interface HistoryServer {
  /** A superuser's URL of one of its databases. */
  urlOf(database: string): string;
  close(): Promise<void>;
}

/**
 * As a server of this size is set up, save that it writes no more than it needs to survive a crash: a month that
 * is made in one transaction is not written twice. Nothing else writes while a history is read, so autovacuum,
 * whose work is done when it is built, stays out of the figures.
 */
const settings = {
  wal_level: "minimal",
  max_wal_senders: 0,
  synchronous_commit: false,
  shared_buffers: "2GB",
  effective_cache_size: "8GB",
  maintenance_work_mem: "512MB",
  max_wal_size: "8GB",
  checkpoint_timeout: "30min",
  autovacuum: false,
  max_connections: 40,
};

/** On the server that DATABASE_URL names (as a superuser), else on one that it starts on `dir`. */
export async function openHistoryServer(dir: string, say: (line: string) => void): Promise<HistoryServer> {
  const given = process.env.DATABASE_URL;
  if (given) return { urlOf: (database) => withDatabase(given, database), close: async () => {} };
  const home = resolve(dir || join(tmpdir(), "annals-histories"));
  makeFolders(home);
  const server = await startDatabase({ dir: join(home, "data"), database: "postgres", settings, log: say });
  return { urlOf: (database) => withDatabase(server.url, database), close: () => server.stop() };
}

/** Runs one statement in the database `postgres` of the server. */
export async function administer(
  server: HistoryServer,
  statement: string,
): Promise<postgres.RowList<postgres.Row[]>> {
  const admin = postgres(server.urlOf("postgres"), { max: 1, onnotice: () => {} });
  try {
    return await admin.unsafe(statement);
  } finally {
    await admin.end();
  }
}

function withDatabase(url: string, database: string): string {
  const target = new URL(url);
  target.pathname = `/${database}`;
  return target.href;
}
