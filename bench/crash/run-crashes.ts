import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import postgres from "postgres";
import { type StartedDatabase, startDatabase } from "../../embedded/start-database.ts";
import { executorOf } from "../../lib/adapters/db/postgres-js.ts";
import { track } from "../../lib/capture/track.ts";
import { type Acknowledged, startWriter } from "./writer.ts";

export interface CrashOutcome {
  kills: number;
  /** Committed row changes a second, as far as writers were told, in each stretch that the server was up. */
  writesPerSecond: number[];
  /** Changes that the table holds and no event tells, and the other way round. */
  missing: number;
  doubled: number;
  /** Changes that a writer was told are committed and that the table does not hold. */
  lostByServer: number;
  gaps: number;
  /** Rows that the segments count and the records do not hold, or the other way round. */
  miscounted: number;
  waiting: number;
  rejected: number;
  events: number;
}

const root = fileURLToPath(new URL("../..", import.meta.url));

/**
 * Kills the whole server, or one of two relays, with SIGKILL, again and again under load, and then compares
 * what the tables hold with what was recorded.
 */
export async function runCrashes(options: {
  kills: number;
  writers: number;
  pauseMs: number;
  say?: (line: string) => void;
}): Promise<CrashOutcome> {
  const folder = mkdtempSync(join(tmpdir(), "annals-crash-"));
  chmodSync(folder, 0o755);
  const start = () =>
    startDatabase({
      dir: join(folder, "data"),
      port,
      settings: { max_connections: 60, shared_buffers: "128MB" },
    });
  let port: number | undefined;
  let server = await start();
  port = server.port;
  const { url } = server;
  await prepare(url);
  const relays = [startRelayChild(url), startRelayChild(url)];
  const writers = Array.from({ length: options.writers }, (_, n) =>
    startWriter(url, `w${n}`, options.pauseMs),
  );
  const committed = () => writers.reduce((sum, writer) => sum + writer.writes(), 0);
  const writesPerSecond: number[] = [];
  let upSince = { at: performance.now(), writes: 0 };
  const closeStretch = () => {
    writesPerSecond.push(((committed() - upSince.writes) / (performance.now() - upSince.at)) * 1000);
  };
  process.on("uncaughtException", ignoreLostSocket);
  try {
    for (let kill = 1; kill <= options.kills; kill += 1) {
      await sleep(700 + Math.random() * 800);
      if (kill % 2 === 0) {
        const victim = kill % 4 === 0 ? 0 : 1;
        relays[victim]?.kill("SIGKILL");
        relays[victim] = startRelayChild(url);
      } else {
        killServer(server);
        closeStretch();
        const before = committed();
        server = await start();
        // Clients take their time to notice; what is killed next is to be under load again.
        const patience = performance.now() + 20_000;
        while (committed() === before && performance.now() < patience) await sleep(20);
        upSince = { at: performance.now(), writes: committed() };
      }
      options.say?.(`kill ${kill}: ${kill % 2 === 0 ? "a relay" : "the server"}`);
    }
    await sleep(1000);
    closeStretch();
    await Promise.all(writers.map((writer) => writer.stop()));
    for (const relay of relays) relay.kill("SIGKILL");
    const acknowledged: Acknowledged = new Map(writers.flatMap((writer) => [...writer.acknowledged]));
    return {
      kills: options.kills,
      writesPerSecond,
      ...(await compare(url, acknowledged)),
    };
  } finally {
    for (const writer of writers) void writer.stop();
    for (const relay of relays) relay.kill("SIGKILL");
    process.off("uncaughtException", ignoreLostSocket);
    await server.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 20 });
  }
}

/** postgres.js 3.4.9 writes to a socket that has just gone, outside of any promise; all else is an error. */
function ignoreLostSocket(error: Error): void {
  if (!/reading 'write'/.test(error.message)) throw error;
}

async function prepare(url: string): Promise<void> {
  await import("../../scripts/embed-sql.mjs");
  const { migrate } = await import("../../lib/migrate/migrate.ts");
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  await migrate(executorOf(sql));
  await sql`CREATE TABLE journal (name text PRIMARY KEY, version int NOT NULL DEFAULT 0)`;
  await sql`CREATE TABLE gone (name text PRIMARY KEY, version int NOT NULL)`;
  await track(executorOf(sql), { tables: ["journal"] });
  await sql.end();
}

function startRelayChild(url: string): ChildProcess {
  return spawn(process.execPath, ["--import", "tsx", "bench/crash/relay-child.ts", url], {
    cwd: root,
    stdio: "ignore",
  });
}

/** The postmaster and every process of its, at once, as when the machine loses power. */
function killServer({ pid }: StartedDatabase): void {
  const children = readdirSync("/proc").filter((entry) => {
    if (!/^\d+$/.test(entry)) return false;
    try {
      return readFileSync(`/proc/${entry}/stat`, "utf8").split(") ")[1]?.split(" ")[1] === String(pid);
    } catch {
      // It ended while the list was read.
      return false;
    }
  });
  for (const victim of [pid, ...children.map(Number)]) {
    try {
      process.kill(victim, "SIGKILL");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }
}

/** Files what is left, then counts what differs between the tables and the records. */
async function compare(
  url: string,
  acknowledged: Acknowledged,
): Promise<Omit<CrashOutcome, "kills" | "writesPerSecond">> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  for (;;) {
    const [row] = await sql`SELECT annals.relay(5000)::int AS taken`;
    const [left] = await sql`SELECT annals.waiting()::int AS waiting`;
    if (row?.taken === 0 && left?.waiting === 0) break;
    if (row?.taken === 0) await sleep(50);
  }
  const [row] = await sql`
    WITH held AS (
      SELECT name, 1 AS created, version AS updated, 0 AS deleted FROM journal
      UNION ALL SELECT name, 1, version, 1 FROM gone
    ), told AS (
      -- Each update counts the version up by one, so each of its events tells another one.
      SELECT object_id AS name, count(*) FILTER (WHERE action = 'CREATE') AS created,
        count(DISTINCT changes -> 'version' ->> 'new') FILTER (WHERE action = 'UPDATE') AS updated,
        count(*) FILTER (WHERE action = 'DELETE') AS deleted,
        count(*) FILTER (WHERE action = 'UPDATE')
          - count(DISTINCT changes -> 'version' ->> 'new') FILTER (WHERE action = 'UPDATE') AS twice
      FROM annals.audit_log WHERE object_type = 'journal' GROUP BY object_id
    ), both_sides AS (
      SELECT coalesce(h.created, 0) - coalesce(t.created, 0) AS c, coalesce(h.updated, 0) - coalesce(t.updated, 0) AS u,
        coalesce(h.deleted, 0) - coalesce(t.deleted, 0) AS d, coalesce(t.twice, 0) AS twice
      FROM held h FULL JOIN told t USING (name)
    ), numbers AS (
      SELECT seq FROM annals.audit_log UNION ALL SELECT seq FROM annals.system_event
    )
    SELECT
      (SELECT coalesce(sum(greatest(c, 0) + greatest(u, 0) + greatest(d, 0)), 0)::int FROM both_sides) AS missing,
      (SELECT coalesce(sum(greatest(-c, 0) + greatest(-u, 0) + greatest(-d, 0) + twice), 0)::int FROM both_sides) AS doubled,
      (SELECT (SELECT seq FROM annals.head) - count(DISTINCT seq) + count(*) - count(DISTINCT seq) FROM numbers)::int AS gaps,
      (SELECT coalesce(sum(abs(coalesce(g.rows, 0) - coalesce(r.rows, 0))), 0)::int
       FROM (SELECT record, sum(rows) AS rows FROM annals.segment GROUP BY 1) g
       FULL JOIN (
         SELECT 'audit_log' AS record, count(*) AS rows FROM annals.audit_log
         UNION ALL SELECT 'system_event', count(*) FROM annals.system_event) r USING (record)) AS miscounted,
      (SELECT coalesce(sum(rows), 0)::int FROM annals.outbox) AS waiting,
      (SELECT count(*)::int FROM annals.rejected) AS rejected,
      (SELECT count(*)::int FROM numbers) AS events`;
  const held = new Map<string, number>();
  for (const { name, version } of await sql`SELECT name, version FROM journal`) held.set(name, version);
  for (const { name } of await sql`SELECT name FROM gone`) held.set(name, -1);
  await sql.end();
  let lostByServer = 0;
  for (const [token, version] of acknowledged) {
    const kept = held.get(token);
    // More than acknowledged is possible: a commit whose answer was lost.
    if (kept === undefined || (kept !== -1 && (version === -1 || kept < version))) lostByServer += 1;
  }
  return { ...(row as Omit<CrashOutcome, "kills" | "writesPerSecond" | "lostByServer">), lostByServer };
}
