import type { Executor } from "../executor.ts";

/** The relay that has its turn now, of another session or of a transaction that was prepared. */
export interface RelayAtWork {
  /** Null for a prepared transaction, which has no process any more. */
  pid: number | null;
  /** The name of the prepared transaction. */
  prepared: string | null;
  role: string;
  /** Null where the role that asks may not see it. */
  application: string | null;
  /** How long its transaction has lasted; null as above. */
  seconds: number | null;
}

/** Who holds the turn, or undefined. Any role may ask that may use schema annals. */
export async function relayAtWork(db: Executor): Promise<RelayAtWork | undefined> {
  const [row] = await db.query<RelayAtWork>(
    // A prepared transaction is found by its number, on which it holds a lock too.
    `SELECT a.pid, p.gid AS prepared, coalesce(a.usename, p.owner)::text AS role,
      nullif(a.application_name, '') AS application,
      pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() - coalesce(a.xact_start, p.prepared)) AS seconds
     FROM pg_catalog.pg_locks l
     LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
     LEFT JOIN (pg_catalog.pg_locks x JOIN pg_catalog.pg_prepared_xacts p ON p.transaction = x.transactionid)
       ON l.pid IS NULL AND x.pid IS NULL AND x.virtualtransaction = l.virtualtransaction
     WHERE (a.pid IS NOT NULL OR p.gid IS NOT NULL) AND l.locktype = 'relation' AND l.relation = pg_catalog.to_regclass('annals.relay_turn')
       AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())
       AND l.mode = 'ShareUpdateExclusiveLock' AND l.granted AND l.pid IS DISTINCT FROM pg_catalog.pg_backend_pid()
     LIMIT 1`,
  );
  return row;
}

/** In words: `process 12, role shop_app, for 40 s`. */
export function describeRelayAtWork({ pid, prepared, role, application, seconds }: RelayAtWork): string {
  const parts = [pid === null ? `prepared transaction “${prepared}”` : `process ${pid}`, `role ${role}`];
  if (application !== null) parts.push(application);
  if (seconds !== null) parts.push(`for ${Math.round(seconds)} s`);
  return parts.join(", ");
}

/** The statement that ends it. */
export function endRelayAtWork({ pid, prepared }: RelayAtWork): string {
  return pid === null
    ? `ROLLBACK PREPARED '${prepared?.replaceAll("'", "''")}'`
    : `SELECT pg_terminate_backend(${pid})`;
}
