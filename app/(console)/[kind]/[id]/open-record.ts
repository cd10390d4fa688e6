import { redirect } from "next/navigation";
import type { Kind } from "@/lib/records/define.ts";
import type { RecordRow } from "@/lib/records/kinds.ts";
import type { GivenParams } from "../../given-params.ts";
import { type OpenedList, openList } from "../open-list.ts";
import { type Bond, bondsOf, chooseBond } from "./bonds.ts";
import { findKind, readRecord } from "./read-record.ts";

/** A record, and the list that it was found in. */
export interface OpenedRecord {
  list: OpenedList;
  row: RecordRow;
  seq: string;
  /** By what its surroundings are shown, and by what they could be. */
  bond: Bond | undefined;
  bonds: Bond[];
}

/** Undefined when no kind that the viewer may see has a record of that number. */
export async function openRecord(
  kind: Kind,
  seq: string,
  asked: GivenParams,
): Promise<OpenedRecord | undefined> {
  // `by` belongs to this page, the rest to the list.
  const { by, ...given } = asked;
  const list = await openList(kind, given, seq);
  const row = await readRecord(list.viewer, kind, seq);
  if (!row) {
    const other = await findKind(list.viewer, kind, seq);
    if (other) redirect(`/${other}/${seq}`);
    return undefined;
  }
  const bonds = bondsOf(kind, row);
  return { list, row, seq, bonds, bond: chooseBond(bonds, by) };
}
