import type { Viewer } from "../access/viewer.ts";
import type { Executor } from "../executor.ts";
import type { Kind } from "../records/define.ts";
import type { RecordRow } from "../records/kinds.ts";

/** A record beside its kind: `switch (item.kind)` narrows the row. */
export type Item = { [K in Kind]: { kind: K; row: RecordRow<K> } }[Kind];

/** What records can have in common. */
export type Bond = "request" | "session" | "actor" | "address" | "object";

/**
 * What happened around a record and shares its request (or session, actor, address, object), over the four
 * kinds, oldest first, at most 10 before and 10 after it; kinds that the viewer may not see are left out.
 */
export async function surrounding(db: Executor, viewer: Viewer, item: Item, by: Bond): Promise<Item[]> {
  throw new Error(`not yet ${db} ${viewer.id} ${item.kind} ${by}`);
}
