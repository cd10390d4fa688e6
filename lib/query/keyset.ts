import { type SQL, sql } from "drizzle-orm";
import type { Kind } from "../records/define.ts";
import type { Search } from "./search.ts";
import { ofRow, tables } from "./tables.ts";

/** A place in the order of a list, at a row or between two. */
export interface Mark {
  at: string;
  seq: string;
}

/** Whether the next row to read is an older one. */
export function goesDown({ sort, cursor }: Pick<Search, "sort" | "cursor">): boolean {
  return (sort === "-time") !== (cursor?.direction === "before");
}

export function orderOf(kind: Kind, down: boolean): SQL {
  const [at, seq] = keyOf(kind);
  return down ? sql`${at} DESC, ${seq} DESC` : sql`${at}, ${seq}`;
}

/**
 * The rows behind a place, by (recorded_at, seq): none is skipped or found twice, however many share a
 * microsecond.
 */
export function behind(kind: Kind, down: boolean, mark: Mark): SQL {
  const [at, seq] = keyOf(kind);
  const place = sql`(${mark.at}::timestamptz, ${mark.seq}::bigint)`;
  return down ? sql`(${at}, ${seq}) < ${place}` : sql`(${at}, ${seq}) > ${place}`;
}

/** The same, with the plain half on recorded_at that prunes partitions. */
export function wellBehind(kind: Kind, down: boolean, mark: Mark): SQL[] {
  const [at] = keyOf(kind);
  const instant = sql`${mark.at}::timestamptz`;
  return [down ? sql`${at} <= ${instant}` : sql`${at} >= ${instant}`, behind(kind, down, mark)];
}

export function keyOf(kind: Kind): [at: SQL, seq: SQL] {
  return [ofRow(tables[kind].recorded_at), ofRow(tables[kind].seq)];
}
