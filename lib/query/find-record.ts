import { sql } from "drizzle-orm";
import type { Viewer } from "../access/viewer.ts";
import { AnnalsError } from "../errors.ts";
import type { Executor } from "../executor.ts";
import { formatInstant, toMicros } from "../fields/instant.ts";
import type { Definition, Kind } from "../records/define.ts";
import type { RecordRow } from "../records/kinds.ts";
import { segment } from "../records/segment/table.ts";
import { ofTenants, requireView, tenantsOf } from "./confine.ts";
import { withinReach } from "./reach.ts";
import { run } from "./run.ts";
import { instantText, readRows, selectList } from "./select-list.ts";
import { ofRow, recordsOf, tables } from "./tables.ts";
import { allOf } from "./where.ts";

/**
 * One whole record by its ledger number, or undefined when this kind has none of that number
 * that the viewer may see. The segments
 * say in which months it can be, so that one or two partitions are looked at.
 *
 * @throws AnnalsError FORBIDDEN without the right to view this kind, NOT_FOUND when `seq` is no number
 */
export async function findRecord<K extends Kind>(
  db: Executor,
  viewer: Viewer,
  definition: Definition<K>,
  seq: string,
): Promise<RecordRow<K> | undefined> {
  requireView(viewer, definition);
  if (!/^[1-9]\d{0,17}$/.test(seq)) {
    throw new AnnalsError("NOT_FOUND", "That is not the number of an event.", "Numbers look like 812340.");
  }
  const months = await run<{ from: string; last: string }>(
    db,
    sql`SELECT ${instantText(sql`${segment.from_at}`)} AS "from", ${instantText(sql`${segment.to_at}`)} AS last
      FROM ${segment} WHERE ${segment.record} = ${definition.record}
      AND ${seq}::bigint BETWEEN ${segment.from_seq} AND ${segment.to_seq} ORDER BY ${segment.month} DESC`,
  );
  const own = ofTenants(definition.kind, tenantsOf(viewer));
  for (const { from, last } of months) {
    const span = { from, to: formatInstant(toMicros(last) + 1n) };
    const number = ofRow(tables[definition.kind].seq);
    const rows = await run<Record<string, unknown>>(
      db,
      sql`SELECT ${selectList(definition, "whole")} FROM ${recordsOf(definition.kind)}
        WHERE ${allOf([...withinReach(definition, span, seq), sql`${number} = ${seq}::bigint`, ...own])}`,
    );
    if (rows.length > 0) return readRows(definition.kind, rows)[0];
  }
  return undefined;
}
