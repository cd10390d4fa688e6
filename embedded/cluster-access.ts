import { realpathSync } from "node:fs";
import postgres from "postgres";

/** A launcher's own connection to the server that it started or adopted. */
export interface ClusterAccess {
  /** Makes the database unless it is there. */
  ensureDatabase(name: string): Promise<void>;
  /** Whether this launcher was the last one; then no other can join any more until the server has stopped. */
  leave(): Promise<boolean>;
  /** Ends the connection, also when the server is gone. */
  close(): Promise<void>;
}

// Launchers share the lock with this number for as long as they use the server; the lock of one that was
// killed goes with its connection, so there is nothing to clean up.
const launcherLock = 5_260_311;

export function databaseUrl(port: number, database: string): string {
  return `postgres://postgres@127.0.0.1:${port}/${encodeURIComponent(database)}`;
}

/** Joins the server on that port, or undefined when it is not there (any more) or keeps other data. */
export async function openCluster(dir: string, port: number): Promise<ClusterAccess | undefined> {
  const sql = postgres(databaseUrl(port, "postgres"), {
    max: 1,
    // The lock lives as long as the session.
    max_lifetime: null,
    connect_timeout: 5,
    onnotice: () => {},
    connection: { application_name: "annals launcher" },
  });
  try {
    const [row] = await sql`select current_setting('data_directory') as dir`;
    if (realpathSync(row?.dir) !== realpathSync(dir)) throw new Error(`${row?.dir} is not ${dir}`);
    await sql`select pg_advisory_lock_shared(${launcherLock})`;
  } catch {
    await sql.end({ timeout: 1 });
    return undefined;
  }
  return {
    async ensureDatabase(name) {
      const [found] = await sql`select from pg_database where datname = ${name}`;
      if (found) return;
      try {
        await sql`create database ${sql(name)}`;
      } catch (error) {
        // 42P04, or 23505 when two get there in the same moment: another launcher has made it.
        if (!["42P04", "23505"].includes((error as { code?: string }).code ?? "")) throw error;
      }
    },
    async leave() {
      await sql`select pg_advisory_unlock_shared(${launcherLock})`;
      const [row] = await sql`select pg_try_advisory_lock(${launcherLock}) as alone`;
      return row?.alone === true;
    },
    async close() {
      await sql.end({ timeout: 1 });
    },
  };
}
