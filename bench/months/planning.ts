import type postgres from "postgres";
import { viewerOf } from "../../lib/access/viewer.ts";
import { executorOf } from "../../lib/adapters/db/postgres-js.ts";
import type { Executor } from "../../lib/executor.ts";
import { dateStrip } from "../../lib/query/date-strip.ts";
import { findRecord } from "../../lib/query/find-record.ts";
import { listRecords } from "../../lib/query/list-records.ts";
import { parseSearch } from "../../lib/query/search-params.ts";
import { definitions } from "../../lib/records/kinds.ts";
import { fillMonths } from "./fill-months.ts";

/** What it takes to plan each statement of lists, a strip and a detail, in milliseconds, with `count` months of events. */
export async function planningTimes(sql: postgres.Sql, count: number): Promise<number[]> {
  const now = new Date();
  const months = Array.from({ length: count }, (_, at) =>
    new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - at, 1)).toISOString().slice(0, 7),
  );
  await fillMonths(sql, months, 20);
  const { audit } = definitions;
  const viewer = viewerOf({ id: "1", username: "ada", label: "Ada", role: "auditor" });
  const searchOf = (query: string) => parseSearch(audit, new URLSearchParams(query), now).search;
  const times: number[] = [];
  const db = executorOf(sql);
  const watched: Executor = {
    async query<Row>(text: string, values?: readonly unknown[]) {
      const [row] = await db.query<{ "QUERY PLAN": [{ "Planning Time": number }] }>(
        `EXPLAIN (SUMMARY, FORMAT JSON) ${text}`,
        values,
      );
      times.push(row?.["QUERY PLAN"][0]["Planning Time"] ?? 0);
      return db.query<Row>(text, values);
    },
  };
  const [event] =
    await sql`SELECT seq::text FROM annals.audit_log ORDER BY recorded_at DESC LIMIT 1 OFFSET 100`;
  for (let turn = 0; turn < 5; turn += 1) {
    for (const query of [
      "",
      "from=all",
      "from=all&action=CREATE&module=nowhere",
      "from=all&type=order&object=7",
    ]) {
      await listRecords(watched, viewer, audit, searchOf(query));
    }
    await dateStrip(watched, viewer, audit, searchOf("from=all"));
    await findRecord(watched, viewer, audit, event?.seq);
  }
  return times;
}
