import { boolean, integer, primaryKey, text } from "drizzle-orm/pg-core";
import { annals, envelope, instant } from "../envelope/table.ts";

export const systemEvent = annals.table(
  "system_event",
  {
    ...envelope,
    event_type: text("event_type").notNull(),
    title: text("title").notNull(),
    description: text("description"),
    function_name: text("function_name"),
    line_number: integer("line_number"),
    error_code: text("error_code"),
    stack_trace: text("stack_trace"),
    fingerprint: text("fingerprint"),
    occurrences: integer("occurrences").notNull(),
    last_seen_at: instant("last_seen_at"),
    resolved: boolean("resolved").notNull(),
    resolved_at: instant("resolved_at"),
    resolved_by: text("resolved_by"),
    resolution_note: text("resolution_note"),
  },
  (table) => [primaryKey({ columns: [table.recorded_at, table.seq] })],
);

export type EventRow = typeof systemEvent.$inferSelect;
