import type { Kind } from "../records/define.ts";
import type { RecordRow } from "../records/kinds.ts";
import type { Mark } from "./keyset.ts";

/** A record beside its kind: `switch (item.kind)` narrows the row. */
export type Item = { [K in Kind]: { kind: K; row: RecordRow<K> } }[Kind];

/** Oldest first, over all kinds: one counter numbers them. */
export function byPlace({ row: one }: Item, { row: other }: Item): number {
  if (one.recorded_at !== other.recorded_at) return one.recorded_at < other.recorded_at ? -1 : 1;
  return Number(BigInt(one.seq) - BigInt(other.seq));
}

/** Whether a place lies on the older side of another one. */
export function isPlaceBefore(one: Mark, other: Mark): boolean {
  return one.at === other.at ? BigInt(one.seq) < BigInt(other.seq) : one.at < other.at;
}
