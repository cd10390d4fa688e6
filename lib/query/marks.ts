import { type SQL, sql } from "drizzle-orm";
import type { Kind } from "../records/define.ts";
import { keyOf, type Mark, orderOf } from "./keyset.ts";
import { instantText } from "./select-list.ts";

/** The keys of `r`, under their own names. */
export function keyList(kind: Kind): SQL {
  return sql.join(keyOf(kind), sql`, `);
}

/** The keys of `r` as JSON, for `readMarks`. */
export function markJson(kind: Kind): SQL {
  const [at, seq] = keyOf(kind);
  return sql`json_build_array(${instantText(at)}, ${seq}::text)`;
}

/** The keys of the first rows of `looked`, a part of a statement, that say `matches`. */
export function firstMatching(kind: Kind, down: boolean, wanted: number): SQL {
  const order = orderOf(kind, down);
  return sql`(SELECT json_agg(${markJson(kind)} ORDER BY ${order}) FROM (
    SELECT * FROM looked AS r WHERE matches ORDER BY ${order} LIMIT ${sql.raw(String(wanted))}) AS r)::text`;
}

export function readMarks(json: string | null): Mark[] {
  return (JSON.parse(json ?? "[]") as [string, string][]).map(([at, seq]) => ({ at, seq }));
}
