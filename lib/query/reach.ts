import { type SQL, sql } from "drizzle-orm";
import type { Executor } from "../executor.ts";
import { formatInstant, toMicros } from "../fields/instant.ts";
import type { Definition } from "../records/define.ts";
import { segment } from "../records/segment/table.ts";
import { run } from "./run.ts";
import type { Search, Window } from "./search.ts";
import { instantText } from "./select-list.ts";
import { ofRow, tables } from "./tables.ts";

/** What is stored of a record, seen in one snapshot: the head, and the span from its first to its last row. */
export interface Extent {
  /** Highest ledger number of all records. */
  head: string;
  /** Half-open; null while the record is empty. */
  span: { from: string; to: string } | null;
}

export async function readExtent(db: Executor, definition: Definition): Promise<Extent> {
  const [row] = await run<{ head: string; from: string | null; last: string | null }>(
    db,
    sql`SELECT head.seq::text AS head,
      ${instantText(sql`min(${segment.from_at})`)} AS "from",
      ${instantText(sql`max(${segment.to_at})`)} AS last
      FROM annals.head LEFT JOIN ${segment} ON ${segment.record} = ${definition.record} AND ${segment.rows} > 0
      GROUP BY head.seq`,
  );
  if (!row) throw new RangeError("annals.head is empty: the schema is damaged");
  if (row.from === null || row.last === null) return { head: row.head, span: null };
  return { head: row.head, span: { from: row.from, to: formatInstant(toMicros(row.last) + 1n) } };
}

/**
 * The rows that a statement may see: a span of time, always closed on both sides so that only the partitions
 * in question are planned, and a highest number. `span` is null when there can be no row at all.
 */
export interface Reach {
  span: { from: string; to: string } | null;
  bound: string;
}

export function reachOf(extent: Extent, window: Pick<Window, "from" | "to">, bound?: string): Reach {
  const { span } = extent;
  if (!span) return { span: null, bound: bound ?? extent.head };
  // Instants of this form sort as text.
  const from = window.from !== null && window.from > span.from ? window.from : span.from;
  const to = window.to !== null && window.to < span.to ? window.to : span.to;
  return { span: from < to ? { from, to } : null, bound: bound ?? extent.head };
}

/** Reads what there is and narrows it to the search. */
export async function reachOfSearch(db: Executor, definition: Definition, search: Search): Promise<Reach> {
  return reachOf(await readExtent(db, definition), search.window, search.bound);
}

export function withinReach(
  definition: Definition,
  span: { from: string; to: string },
  bound: string,
): SQL[] {
  const { recorded_at, seq } = tables[definition.kind];
  return [
    sql`${ofRow(recorded_at)} >= ${span.from}::timestamptz`,
    sql`${ofRow(recorded_at)} < ${span.to}::timestamptz`,
    sql`${ofRow(seq)} <= ${bound}::bigint`,
  ];
}
