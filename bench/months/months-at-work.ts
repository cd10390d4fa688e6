import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import postgres from "postgres";
import { viewerOf } from "../../lib/access/viewer.ts";
import { executorOf } from "../../lib/adapters/db/postgres-js.ts";
import type { Executor } from "../../lib/executor.ts";
import { listRecords } from "../../lib/query/list-records.ts";
import { parseSearch } from "../../lib/query/search-params.ts";
import { definitions } from "../../lib/records/kinds.ts";
import { catchUp } from "../../lib/relay/catch-up.ts";
import { startRelay } from "../../lib/relay/start-relay.ts";
import { policiesOf } from "../../lib/retention/policy.ts";
import { runRetention } from "../../lib/retention/run-retention.ts";
import { singleRowUpdate } from "../capture/single-rows.ts";
import { hasStrays, writeMonths } from "./fill-months.ts";

export interface AtWork {
  seconds: number;
  written: number;
  /** Updates of the tracked table on record, since the beginning. */
  recorded: number;
  /** How long each write and each page took, in milliseconds. */
  writes: number[];
  reads: number[];
  missing: number;
  differences: number;
  strays: number;
  settled: number;
  retired: number;
  /** Each month from one to the next, in milliseconds. */
  retiring: number[];
  longestDrop: number;
}

interface Options {
  rate: number;
  seconds: number;
  /** Events of these months come late; months are made ahead, and all that is two years old is retired. */
  late?: { months: readonly string[]; rows: number };
}

const lanes = 8;

/** Writes `rate` single rows a second, files them, reads lists over all time, and meanwhile changes the months. */
export async function monthsAtWork(url: string, { rate, seconds, late }: Options): Promise<AtWork> {
  const connect = (max: number) => postgres(url, { max, onnotice: () => {} });
  const [writers, worker, reader, keeper] = [connect(lanes), connect(1), connect(1), connect(1)];
  const errors: unknown[] = [];
  const relay = startRelay(executorOf(worker), { onError: (error) => errors.push(error) });
  const [writes, reads]: [number[], number[]] = [[], []];
  const done = { settled: 0, retired: 0, retiring: [] as number[], longestDrop: 0 };
  const start = performance.now();
  let running = true;
  try {
    const load = [
      ...Array.from({ length: lanes }, async (_, lane) => {
        for (let turn = lane; running; turn += lanes) {
          const wait = start + (turn * 1000) / rate - performance.now();
          if (wait > 0) await sleep(wait);
          const began = performance.now();
          await writers.unsafe(singleRowUpdate("annals"), ["paid", 1 + (turn % 5000)], { prepare: true });
          writes.push(performance.now() - began);
        }
      }),
      read(reader, () => running, reads),
    ];
    const change = late ? changeMonths(keeper, late, done) : Promise.resolve();
    await Promise.race([Promise.all([change, sleep(seconds * 1000)]), ...load]);
    running = false;
    await Promise.all(load);
  } finally {
    running = false;
    await relay.stop();
  }
  const spent = (performance.now() - start) / 1000;
  await catchUp(executorOf(keeper), { maxMs: Number.POSITIVE_INFINITY });
  const books = await balance(keeper);
  await Promise.all([writers, worker, reader, keeper].map((sql) => sql.end()));
  if (errors.length > 0) throw errors[0];
  return { seconds: spent, written: writes.length, writes, reads, ...books, ...done };
}

async function read(sql: postgres.Sql, running: () => boolean, reads: number[]): Promise<void> {
  const db = executorOf(sql);
  const viewer = viewerOf({ id: "1", username: "ada", label: "Ada", role: "auditor" });
  const queries = ["from=all", "from=all&sort=time", "from=all&action=CREATE"];
  for (let turn = 0; running(); turn += 1) {
    const params = new URLSearchParams(queries[turn % queries.length]);
    const { search } = parseSearch(definitions.audit, params, new Date());
    const began = performance.now();
    await listRecords(db, viewer, definitions.audit, search);
    reads.push(performance.now() - began);
    await sleep(20);
  }
}

type Done = Pick<AtWork, "settled" | "retired" | "retiring" | "longestDrop">;

async function changeMonths(
  sql: postgres.Sql,
  late: NonNullable<Options["late"]>,
  done: Done,
): Promise<void> {
  await sleep(500);
  await writeMonths(sql, late.months, late.rows);
  for (let ahead = 4; ahead <= 12; ahead += 1) {
    await sql`SELECT annals.ensure_partitions(${ahead})`;
    await sleep(200);
  }
  await catchUp(executorOf(sql), { maxMs: Number.POSITIVE_INFINITY });
  for (const end = Date.now() + 300_000; (await hasStrays(sql)) && Date.now() < end; await sleep(20)) {
    await sql`SELECT annals.ensure_partitions(12)`;
  }
  const [row] = await sql`SELECT count(*)::int AS settled FROM unnest(${[...late.months]}::text[]) AS m
    WHERE to_regclass('annals.audit_log_' || replace(m, '-', '')) IS NOT NULL`;
  done.settled = row?.settled ?? 0;

  const folder = mkdtempSync(join(tmpdir(), "annals-bench-archive-"));
  const timed: Executor = {
    async query<Row>(text: string, values?: readonly unknown[]) {
      const began = performance.now();
      const rows = await executorOf(sql).query<Row>(text, values);
      if (text.includes("retire_month"))
        done.longestDrop = Math.max(done.longestDrop, performance.now() - began);
      return rows;
    },
  };
  let last = performance.now();
  try {
    const policies = policiesOf({ archive: folder, audit: { keep: "2 years" } });
    const retired = await runRetention(timed, {
      policies,
      by: "bench",
      version: "bench",
      onStep: (step) => {
        if (step !== "retired") return;
        done.retiring.push(performance.now() - last);
        last = performance.now();
      },
    });
    done.retired = retired.length;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function balance(
  sql: postgres.Sql,
): Promise<Pick<AtWork, "recorded" | "missing" | "differences" | "strays">> {
  const [row] = await sql`SELECT
    (SELECT count(*)::int FROM annals.audit_log WHERE object_type ~ 'orders_annals' AND action = 'UPDATE') AS recorded,
    (SELECT seq::float8 FROM annals.head) - (SELECT sum(n)::float8 FROM (
      SELECT count(*) AS n FROM annals.audit_log UNION ALL SELECT count(*) FROM annals.login_attempt
      UNION ALL SELECT count(*) FROM annals.data_export UNION ALL SELECT count(*) FROM annals.system_event
      UNION ALL SELECT sum(rows) FROM annals.tombstone) AS c) AS missing,
    (SELECT count(*)::int FROM annals.rollup_differences()) AS differences,
    (SELECT count(*)::int FROM annals.audit_log_default) AS strays`;
  return row as never;
}
