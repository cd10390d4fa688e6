import { cache } from "react";
import { hasPermission } from "@/lib/access/require-permission.ts";
import type { Viewer } from "@/lib/access/viewer.ts";
import { findRecord } from "@/lib/query/find-record.ts";
import type { Kind } from "@/lib/records/define.ts";
import { definitions, kinds, type RecordRow } from "@/lib/records/kinds.ts";
import { database } from "../../../database.ts";

const number = /^[1-9]\d{0,17}$/;

/** The record of that number, once for each request; undefined when there is none. */
export const readRecord = cache(
  async (viewer: Viewer, kind: Kind, seq: string): Promise<RecordRow | undefined> =>
    number.test(seq) ? findRecord(database("rows"), viewer, definitions[kind], seq) : undefined,
);

/** The other kind that has the number, among those that the viewer may see: one counter runs over all four. */
export async function findKind(viewer: Viewer, not: Kind, seq: string): Promise<Kind | undefined> {
  for (const kind of kinds) {
    if (kind === not || !hasPermission(viewer, `${kind}.view`)) continue;
    if (await readRecord(viewer, kind, seq)) return kind;
  }
  return undefined;
}
