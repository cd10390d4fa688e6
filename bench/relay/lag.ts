import { setTimeout as sleep } from "node:timers/promises";
import postgres from "postgres";
import { executorOf } from "../../lib/adapters/db/postgres-js.ts";
import { startRelay } from "../../lib/relay/start-relay.ts";
import { backendOf } from "../backend.ts";
import { singleRowUpdate } from "../capture/single-rows.ts";
import { atLeast, atMost, type Result, resultOf } from "../result.ts";
import { quantile } from "../statistics.ts";

/** Clients that write: several, since each waits for its commit to be on disk. */
const lanes = 8;

/**
 * How far the records are behind while `rate` single-row transactions a second are written and one worker files
 * them: the age of the oldest event that waits, looked at ten times a second.
 */
export async function relayLag(url: string, rate: number, seconds: number): Promise<Result[]> {
  const connect = (max: number) => postgres(url, { max, onnotice: () => {} });
  const worker = connect(1);
  const observer = connect(1);
  const writers = connect(lanes);
  const backend = await backendOf(worker);
  const cpu = backend.cpuMs();
  const errors: unknown[] = [];
  const relay = startRelay(executorOf(worker), { onError: (error) => errors.push(error) });
  const ages: number[] = [];
  const start = performance.now();
  const end = start + seconds * 1000;
  let written = 0;
  let busy: number | undefined;
  try {
    await Promise.all([
      observe(observer, end, ages),
      ...Array.from({ length: lanes }, async (_, lane) => {
        // Each writes when its next turn has come; one that fell behind goes on without a pause.
        for (let turn = lane; ; turn += lanes) {
          const due = start + (turn * 1000) / rate;
          if (due >= end || performance.now() >= end) return;
          const wait = due - performance.now();
          if (wait > 0) await sleep(wait);
          await writers.unsafe(singleRowUpdate("annals"), ["paid", 1 + (turn % 5000)], { prepare: true });
          written += 1;
        }
      }),
    ]);
    if (cpu !== undefined) busy = ((backend.cpuMs() as number) - cpu) / (performance.now() - start);
  } finally {
    await relay.stop();
    await Promise.all([worker.end(), observer.end(), writers.end()]);
  }
  if (errors.length > 0) throw errors[0];
  const reached = written / seconds;
  return [
    resultOf("writes a second while the worker files", "/s", [reached], atLeast(rate * 0.98)),
    resultOf("age of the oldest event that waits", "ms", ages),
    resultOf("the same, 95th percentile", "ms", [quantile(ages, 0.95)], atMost(1000)),
    ...(busy === undefined ? [] : [resultOf("processor time of the worker's connection", "%", [busy * 100])]),
  ];
}

async function observe(sql: postgres.Sql, end: number, ages: number[]): Promise<void> {
  while (performance.now() < end) {
    const [row] = await sql`
      SELECT coalesce(extract(epoch FROM clock_timestamp() - min(recorded_at)) * 1000, 0)::float8 AS age
      FROM annals.outbox`;
    ages.push(Number(row?.age));
    await sleep(100);
  }
}
