import type { Kind } from "@/lib/records/define.ts";
import { type Mark, markOf } from "../fields/marks.ts";
import { type Row, textOf } from "../fields/row.ts";

const columns: Record<Kind, string> = {
  audit: "action",
  logins: "status",
  exports: "status",
  events: "event_type",
};

/** The mark of what a record says was done. */
export function markOfRecord(kind: Kind, row: Row): Mark | undefined {
  return markOf(columns[kind], textOf(row, columns[kind]));
}
