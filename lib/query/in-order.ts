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
import { Stride } from "./stride.ts";
import { toll } from "./toll.ts";
import type { Step } from "./walk.ts";
import { allOf } from "./where.ts";

/** Filters, alone or together, whose rows an index has in the order of time. */
const ordered: Record<Kind, readonly (readonly string[])[]> = {
  audit: [["actor"], ["object", "type"]],
  logins: [["actor"], ["username"]],
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

/**
 * Reads the rows themselves, in their order, as far as they are wanted: of the first month, and where they are few, of
 * those others that the rollups say hold any.
 */
export function readInOrder<K extends Kind>(
  db: Executor,
  { definition, down, bound, filters, limits, possible }: Quest,
): Step<RecordRow<K>> {
  const kind = definition.kind as K;
  const stride = new Stride(limits.candidates);
  let steps = 0;
  return async (slices, wanted) => {
    steps += 1;
    const sifted = steps === 2 && slices.length > 1 ? await possible?.(slices) : undefined;
    const [first, ...others] = sifted ?? slices;
    if (!first) return { found: [], left: [] };
    const taken = stride.take([first, ...others], wanted, () => true);
    const parts = taken.map((slice, at) => {
      const { source, where } = startOf(definition, slice, down);
      const [, seq] = keyOf(kind);
      const conditions = [...where, sql`${seq} <= ${bound}::bigint`, ...filters, toll(kind)];
      return sql`(SELECT ${selectList(definition, "list")}, ${sql.raw(String(at))} AS part
        FROM ${source} WHERE ${allOf(conditions)}
        ORDER BY ${orderOf(kind, down)} LIMIT ${sql.raw(String(wanted))})`;
    });
    const rows = await run<Record<string, unknown> & { part: number }>(db, sql.join(parts, sql` UNION ALL `));
    // Each part is in its order; nothing says that they come one after the other.
    const found = taken.flatMap((slice, at) => {
      const own = rows.filter(({ part }) => part === at).map(({ part, ...row }) => row);
      return readRows(kind, own).filter((row) => !isBeyond(slice, down, row.recorded_at));
    });
    stride.adapt(taken.length, found.length, found.length, wanted);
    return { found: found.slice(0, wanted), left: [first, ...others].slice(taken.length) };
  };
}
