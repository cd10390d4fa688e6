import {
  chmodSync,
  chownSync,
  cpSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import postgres from "postgres";
import { startDatabase } from "../embedded/start-database.ts";
import { migrate } from "../lib/migrate/migrate.ts";
import { openSession } from "./session.ts";

/** A primary with Annals on it, and a standby that streams from it. Both as a superuser. */
export interface Pair {
  primary: { url: string; sql: postgres.Sql; stop(): Promise<void> };
  standby: { url: string; sql: postgres.Sql; stop(): Promise<void> };
  /** Until the standby has what the primary has written by now. */
  caughtUp(): Promise<void>;
  stop(): Promise<void>;
}

/** Servers of their own, since the one of the tests is shared. @param settings of the primary */
export async function openPair(settings: Record<string, string | number> = {}): Promise<Pair> {
  const folder = mkdtempSync(join(tmpdir(), "annals-pair-"));
  // Root's server runs under another account, which has to get in.
  chmodSync(folder, 0o755);
  const shared = { ...settings, fsync: false, shared_buffers: "32MB" };
  const first = await startDatabase({ dir: join(folder, "primary"), settings: shared });
  const session = openSession(first.url);
  await migrate(session.db);
  await session.close();
  await first.stop();
  // A server that is shut down is its own base backup.
  const copy = join(folder, "standby");
  cpSync(first.dir, copy, { recursive: true, preserveTimestamps: true });
  writeFileSync(join(copy, "standby.signal"), "");
  giveTo(statSync(first.dir), copy);
  const primary = await startDatabase({ dir: first.dir, settings: shared });
  const conninfo = `host=127.0.0.1 port=${primary.port} user=postgres`;
  const standby = await startDatabase({ dir: copy, settings: { ...shared, primary_conninfo: conninfo } });
  const open = (url: string) => postgres(url, { max: 2, onnotice: () => {} });
  const [sql, replica] = [open(primary.url), open(standby.url)];
  return {
    primary: { url: primary.url, sql, stop: () => primary.stop() },
    standby: { url: standby.url, sql: replica, stop: () => standby.stop() },
    async caughtUp() {
      const [at] = await sql`SELECT pg_current_wal_flush_lsn()::text AS lsn`;
      for (;;) {
        const [row] = await replica`SELECT pg_last_wal_replay_lsn() >= ${at?.lsn}::pg_lsn AS done`;
        if (row?.done) return;
        await sleep(20);
      }
    },
    async stop() {
      await Promise.all([sql.end({ timeout: 1 }), replica.end({ timeout: 1 })]);
      await standby.stop();
      await primary.stop();
      for (const dir of [first.dir, copy, folder]) rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Root's copies are root's, and its server runs under another account. */
function giveTo({ uid, gid }: { uid: number; gid: number }, folder: string): void {
  chmodSync(folder, 0o700);
  if (process.getuid?.() !== 0) return;
  for (const name of ["", ...(readdirSync(folder, { recursive: true }) as string[])]) {
    chownSync(join(folder, name), uid, gid);
  }
}
