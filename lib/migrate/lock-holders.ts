import type { Executor } from "../executor.ts";

/** Who holds a lock: a session, or a prepared transaction, which has no process any more. */
export interface LockHolder {
  pid: number | null;
  /** The name of the prepared transaction. */
  prepared: string | null;
  role: string;
  application: string | null;
  /** What ends it, to be shown. */
  remedy: string;
}

/**
 * Those other than the session that asks. A prepared transaction is found by its number, on which it holds a lock too.
 *
 * @param condition about `l`, a row of pg_locks, with `values`
 */
export async function lockHolders(
  db: Executor,
  condition: string,
  values: readonly unknown[] = [],
): Promise<LockHolder[]> {
  return db.query(
    `SELECT DISTINCT a.pid, p.gid AS prepared, coalesce(a.usename, p.owner)::text AS role,
      nullif(a.application_name, '') AS application,
      CASE WHEN a.pid IS NULL THEN pg_catalog.format('ROLLBACK PREPARED %L;', p.gid)
        ELSE pg_catalog.format('SELECT pg_terminate_backend(%s);', a.pid) END AS remedy
     FROM pg_catalog.pg_locks l
     LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
     LEFT JOIN (pg_catalog.pg_locks x JOIN pg_catalog.pg_prepared_xacts p ON p.transaction = x.transactionid)
       ON l.pid IS NULL AND x.pid IS NULL AND x.virtualtransaction = l.virtualtransaction
     WHERE l.granted AND (a.pid IS NOT NULL OR p.gid IS NOT NULL) AND l.pid IS DISTINCT FROM pg_catalog.pg_backend_pid()
       AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
       AND ${condition}
     ORDER BY 1, 2`,
    values,
  );
}

/** Who holds that advisory lock, if somebody does. @param lock its two numbers, as `1634627169, 1` */
export async function advisoryLockHolder(db: Executor, lock: string): Promise<LockHolder | undefined> {
  const [holder] = await lockHolders(
    db,
    "l.locktype = 'advisory' AND l.classid = $1::int::oid AND l.objid = $2::int::oid",
    lock.split(", ").map(Number),
  );
  return holder;
}

/** In words: `process 12, role “ada”, application “psql”`. */
export function describeHolder({ pid, prepared, role, application }: LockHolder): string {
  const who = pid === null ? `prepared transaction “${prepared}”` : `process ${pid}`;
  return `${who}, role “${role}”${application === null ? "" : `, application “${application}”`}`;
}
