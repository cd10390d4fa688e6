import type { Executor } from "../executor.ts";

/** The relay that has its turn now, of another session. */
export interface RelayAtWork {
  pid: number;
  role: string;
  /** Null where the role that asks may not see it. */
  application: string | null;
  /** How long its transaction has lasted; null as above. */
  seconds: number | null;
}

/** Who holds the turn, or undefined. Any role may ask that may use schema annals. */
export async function relayAtWork(db: Executor): Promise<RelayAtWork | undefined> {
  const [row] = await db.query<RelayAtWork>(
    `SELECT a.pid, a.usename::text AS role, nullif(a.application_name, '') AS application,
      pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() - a.xact_start) AS seconds
     FROM pg_catalog.pg_locks l
     JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
     WHERE l.locktype = 'relation' AND l.relation = pg_catalog.to_regclass('annals.relay_turn')
       AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())
       AND l.mode = 'ShareUpdateExclusiveLock' AND l.granted AND l.pid <> pg_catalog.pg_backend_pid()
     LIMIT 1`,
  );
  return row;
}

/** In words: `process 12, role shop_app, for 40 s`. */
export function describeRelayAtWork({ pid, role, application, seconds }: RelayAtWork): string {
  const parts = [`process ${pid}`, `role ${role}`];
  if (application !== null) parts.push(application);
  if (seconds !== null) parts.push(`for ${Math.round(seconds)} s`);
  return parts.join(", ");
}
