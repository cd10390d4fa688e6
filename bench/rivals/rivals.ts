import { readFileSync } from "node:fs";
import postgres from "postgres";
import { executorOf } from "../../lib/adapters/db/postgres-js.ts";
import type { Executor } from "../../lib/executor.ts";
import { readingSettings } from "../../lib/query/reading-settings.ts";
import type { Bench } from "../bench.ts";
import { openHistoryServer } from "../history/history-server.ts";
import { type History, openHistory } from "../history/open-history.ts";
import { atLeast, resultOf } from "../result.ts";
import { alternate } from "../rounds.ts";
import { median, ratios } from "../statistics.ts";
import { openPage } from "./open-page.ts";
import { type PlainPage, readPlainPage, searchPlain } from "./plain-queries.ts";

/** A page of the console beside the same page of an admin over a plain table, in the same rounds. */
export const rivals: Bench = {
  name: "rivals",
  summary:
    "whole pages beside those of an admin over a plain table with the same history: how many times as fast",
  flags: {
    rows: { help: "audit events", default: 100_000 },
    rounds: { help: "counted rounds", default: 5 },
    data: { help: "folder of the histories", default: "" },
  },
  async run({ flag, text, say }) {
    const server = await openHistoryServer(text("data"), say);
    try {
      const history = await openHistory(server, flag("rows"), say);
      const sql = postgres(history.url, {
        max: 8,
        onnotice: () => {},
        idle_timeout: 600,
        connection: readingSettings,
      });
      try {
        await makePlainTable(sql, say);
        const db = executorOf(sql);
        const results = [];
        for (const [name, { query, share, plain }] of Object.entries(pagesOf(history))) {
          say(name);
          const page = await openPage(db, history, query, share);
          const { ours, theirs } = await alternate(
            { ours: clock(() => page(db)), theirs: clock(() => readPlainPage(db, plain)) },
            flag("rounds"),
          );
          results.push({
            // A small history is read fast in any way, and a page of the console holds more.
            ...resultOf(
              name,
              "× as fast",
              ratios(theirs, ours),
              history.rows >= 1_000_000 ? atLeast(1) : undefined,
            ),
            more: { "plain table, ms": median(theirs), "Annals, ms": median(ours) },
          });
        }
        return [...results, ...(await sizes(db, history))];
      } finally {
        await sql.end({ timeout: 5 });
      }
    } finally {
      await server.close();
    }
  },
};

function clock(ask: () => Promise<unknown>): () => Promise<number> {
  return async () => {
    const start = performance.now();
    await ask();
    return performance.now() - start;
  };
}

/** The same pages on both sides. `share`: a page behind so many of the events. */
function pagesOf({
  rows,
  until,
}: History): Record<string, { query: string; share?: number; plain: PlainPage }> {
  const between = (from: string, to: string) => `e.created_at >= '${from}' AND e.created_at < '${to}'`;
  const year = until.getUTCFullYear();
  const drilled = new Date(Date.UTC(year, until.getUTCMonth() - 3, 10));
  const day = drilled.toISOString().slice(0, 10);
  const next = new Date(drilled.getTime() + 86_400_000).toISOString().slice(0, 10);
  return {
    "list of all time": { query: "from=all", plain: { unit: "year" } },
    "page 2": { query: "from=all", share: 1 - 50 / rows, plain: { offset: 50, unit: "year" } },
    "page in the middle": { query: "from=all", share: 0.5, plain: { offset: rows / 2, unit: "year" } },
    "common action": {
      query: "from=all&action=UPDATE",
      plain: { where: "e.action = 'UPDATE'", unit: "year" },
    },
    "action of three events": {
      query: "from=all&action=PURGE",
      plain: { where: "e.action = 'PURGE'", unit: "year" },
    },
    "all but an action": {
      query: "from=all&action=!VIEW",
      plain: { where: "e.action <> 'VIEW'", unit: "year" },
    },
    "type and action": {
      query: "from=all&type=order&action=DELETE",
      plain: { where: "e.model = 'order' AND e.action = 'DELETE'", unit: "year" },
    },
    "year drilled": {
      query: `on=${year}`,
      plain: { where: between(`${year}-01-01`, `${year + 1}-01-01`), unit: "month" },
    },
    "day drilled": { query: `on=${day}`, plain: { where: between(day, next), unit: "day" } },
    "search, common word": {
      query: "from=all&q=schmidt",
      plain: { where: searchPlain("schmidt"), unit: "year" },
    },
    "search, word of two events": {
      query: "from=all&q=zephyranthes",
      plain: { where: searchPlain("zephyranthes"), unit: "year" },
    },
    "search, absent word": {
      query: "from=all&q=qwxzv",
      plain: { where: searchPlain("qwxzv"), unit: "year" },
    },
  };
}

async function makePlainTable(sql: postgres.Sql, say: (line: string) => void): Promise<void> {
  const [made] = await sql`SELECT to_regclass('rival.entry_module') AS name`;
  if (made?.name) return;
  say("making the plain table");
  await sql`DROP SCHEMA IF EXISTS rival CASCADE`;
  await sql.unsafe(readFileSync(new URL("plain-table.sql", import.meta.url), "utf8"));
  await sql`VACUUM (ANALYZE) rival.entry`;
  await sql`VACUUM (ANALYZE) rival.account`;
}

async function sizes(db: Executor, { bytes, rows }: History) {
  const [row] = await db.query<{ bytes: number }>(
    "SELECT pg_total_relation_size('rival.entry')::float8 AS bytes",
  );
  return [
    resultOf("bytes a row, plain table", "B", [(row?.bytes ?? 0) / rows]),
    resultOf("bytes a row, Annals", "B", [bytes.total]),
  ];
}
