import { textOf } from "@/components/fields/row.ts";
import type { Bond } from "@/lib/query/surrounding.ts";
import type { Kind } from "@/lib/records/define.ts";
import type { RecordRow } from "@/lib/records/kinds.ts";

export type { Bond };

// The closest first.
const columns: [Bond, string[]][] = [
  ["request", ["request_id"]],
  ["object", ["object_type", "object_id"]],
  ["session", ["session_hash"]],
  ["actor", ["actor_id"]],
  ["address", ["ip"]],
];

export const bondLabels: Record<Bond, string> = {
  request: "Request",
  object: "Object",
  session: "Session",
  actor: "Actor",
  address: "Address",
};

/** What a record can share with others: that of which it holds a value. */
export function bondsOf(kind: Kind, row: RecordRow): Bond[] {
  return columns
    .filter(
      ([bond, names]) => (bond !== "object" || kind === "audit") && names.every((name) => textOf(row, name)),
    )
    .map(([bond]) => bond);
}

export function chooseBond(bonds: Bond[], asked: unknown): Bond | undefined {
  return bonds.find((bond) => bond === asked) ?? bonds[0];
}
