import { sql } from "drizzle-orm";
import type { Executor } from "../executor.ts";
import type { Kind } from "../records/define.ts";
import type { RecordRow } from "../records/kinds.ts";
import type { Confined } from "./confine.ts";
import { keyOf, orderOf } from "./keyset.ts";
import { run } from "./run.ts";
import type { Quest } from "./scan.ts";
import { readRows, selectList } from "./select-list.ts";
import { isBeyond, startOf } from "./slice.ts";
import { toll } from "./toll.ts";
import type { Step } from "./walk.ts";
import { allOf } from "./where.ts";

/** Filters, alone or together, whose rows an index has in the order of time. */
const ordered: Record<Kind, readonly (readonly string[])[]> = {
  audit: [["actor"], ["object", "type"]],
  logins: [["username"]],
  exports: [["actor"]],
  events: [["resolved"]],
};

/**
 * Whether an index has just the rows of this search, in their order. Of a viewer who is confined to tenants it never
 * has: those of others would have to be read and left out.
 */
export function isInOrder({ kind, q, filters, tenants }: Confined): boolean {
  if (tenants !== null) return false;
  const params = Object.keys(filters).sort();
  if (q !== "" || params.length === 0) return q === "";
  const isSingle = Object.values(filters).every(
    ({ negated, values, words }) => !negated && values.length === 1 && words.length === 0,
  );
  // The index over events that are open holds no others.
  const isKept = kind !== "events" || filters.resolved?.values[0] === "0";
  return isSingle && isKept && ordered[kind].some((known) => known.join() === params.join());
}

/** Reads the rows themselves, in their order, as far as they are wanted. */
export function readInOrder<K extends Kind>(
  db: Executor,
  { definition, down, bound, filters }: Quest,
): Step<RecordRow<K>> {
  const kind = definition.kind as K;
  return async (slice, wanted) => {
    const { source, where } = startOf(definition, slice, down);
    const [, seq] = keyOf(kind);
    const conditions = [...where, sql`${seq} <= ${bound}::bigint`, ...filters, toll(kind)];
    const rows = await run<Record<string, unknown>>(
      db,
      sql`SELECT ${selectList(definition, "list")} FROM ${source} WHERE ${allOf(conditions)}
        ORDER BY ${orderOf(kind, down)} LIMIT ${sql.raw(String(wanted))}`,
    );
    const found = readRows(kind, rows).filter((row) => !isBeyond(slice, down, row.recorded_at));
    return { found, left: [] };
  };
}
