import { type SQL, sql } from "drizzle-orm";
import type { Kind } from "../records/define.ts";
import type { Search } from "./search.ts";
import { ofRow, tables } from "./tables.ts";

/** How one page is cut out of a sorted list. */
export interface Keyset {
  conditions: SQL[];
  order: SQL;
  /** The rows come in the opposite of the shown order. */
  reversed: boolean;
}

/**
 * A page by the place of its neighbour, (recorded_at, seq), in either direction: no row is skipped or shown
 * twice, however many share a microsecond. The plain half on recorded_at is what prunes partitions.
 */
export function keysetOf(kind: Kind, search: Pick<Search, "sort" | "cursor">): Keyset {
  const recordedAt = ofRow(tables[kind].recorded_at);
  const seq = ofRow(tables[kind].seq);
  const { cursor } = search;
  const reversed = cursor?.direction === "before";
  const downwards = (search.sort === "-time") !== reversed;
  const order = downwards ? sql`${recordedAt} DESC, ${seq} DESC` : sql`${recordedAt}, ${seq}`;
  if (!cursor) return { conditions: [], order, reversed };
  const at = sql`${cursor.at}::timestamptz`;
  const row = sql`(${recordedAt}, ${seq})`;
  const place = sql`(${at}, ${cursor.seq}::bigint)`;
  const conditions = downwards
    ? [sql`${recordedAt} <= ${at}`, sql`${row} < ${place}`]
    : [sql`${recordedAt} >= ${at}`, sql`${row} > ${place}`];
  return { conditions, order, reversed };
}
