import type postgres from "postgres";
import { executorOf } from "../../lib/adapters/db/postgres-js.ts";
import { fileBatch } from "../../lib/relay/file-batch.ts";
import type { Backend } from "../backend.ts";

/** How fast the outbox was emptied. */
export interface Drained {
  events: number;
  perSecond: number;
  /** The same by the processor time of the server process, where it can be known. */
  perCpuSecond: number | undefined;
}

/** Files everything that waits, in batches of about `maxRows`. */
export async function drain(
  connection: postgres.ReservedSql,
  backend: Backend,
  maxRows = 5000,
): Promise<Drained> {
  const db = executorOf(connection);
  const before = await headOf(connection);
  const cpu = backend.cpuMs();
  const start = performance.now();
  while ((await fileBatch(db, maxRows)).taken > 0);
  const ms = performance.now() - start;
  const cpuNow = backend.cpuMs();
  const events = (await headOf(connection)) - before;
  return {
    events,
    perSecond: (events / ms) * 1000,
    perCpuSecond: cpu === undefined || cpuNow === undefined ? undefined : (events / (cpuNow - cpu)) * 1000,
  };
}

async function headOf(connection: postgres.ReservedSql): Promise<number> {
  const [row] = await connection`SELECT seq::float8 AS seq FROM annals.head`;
  return Number(row?.seq);
}
