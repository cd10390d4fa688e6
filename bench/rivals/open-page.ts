import { viewerOf } from "../../lib/access/viewer.ts";
import type { Executor } from "../../lib/executor.ts";
import { countRecords } from "../../lib/query/count-records.ts";
import { dateStrip } from "../../lib/query/date-strip.ts";
import { facetCounts } from "../../lib/query/facet-counts.ts";
import { listRecords } from "../../lib/query/list-records.ts";
import type { Search } from "../../lib/query/search.ts";
import { parseSearch } from "../../lib/query/search-params.ts";
import { definitions } from "../../lib/records/kinds.ts";
import type { History } from "../history/open-history.ts";

const viewer = viewerOf({ id: "1", username: "bench", label: "Bench", role: "superuser" });

/**
 * A whole page of the audit log as the console reads it: rows, count, dates and facets at once. What takes too
 * long for the console's own limit is waited for here.
 *
 * @param share a page behind this share of the events
 */
export async function openPage(
  db: Executor,
  history: History,
  query: string,
  share?: number,
): Promise<(db: Executor) => Promise<unknown>> {
  const { audit } = definitions;
  const { search } = parseSearch(audit, new URLSearchParams(`${query}&tz=Europe/Paris`), history.until);
  const asked = share === undefined ? search : await placed(db, history, search, share);
  return (on) =>
    Promise.all([
      listRecords(on, viewer, audit, asked),
      countRecords(on, viewer, audit, asked),
      dateStrip(on, viewer, audit, asked),
      facetCounts(on, viewer, audit, asked),
    ]);
}

async function placed(db: Executor, { events }: History, search: Search, share: number): Promise<Search> {
  const [row] = await db.query<{ at: string; seq: string }>(
    `SELECT to_char(recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS at, seq::text
     FROM annals.audit_log WHERE seq BETWEEN $1 AND $2 ORDER BY seq DESC LIMIT 1`,
    [String(Math.floor(events * share) - 1000), String(Math.floor(events * share))],
  );
  if (!row) throw new Error(`no event at ${share}`);
  return { ...search, bound: String(events), cursor: { direction: "after", at: row.at, seq: row.seq } };
}
