import { primaryKey, text } from "drizzle-orm/pg-core";
import { annals, envelope, jsonText } from "../envelope/table.ts";

export const auditLog = annals.table(
  "audit_log",
  {
    ...envelope,
    action: text("action").notNull(),
    object_type: text("object_type").notNull(),
    object_id: text("object_id").notNull(),
    object_label: text("object_label").notNull(),
    changes: jsonText("changes"),
    changed_fields: text("changed_fields").array().notNull(),
    reason: text("reason"),
  },
  (table) => [primaryKey({ columns: [table.recorded_at, table.seq] })],
);

export type AuditRow = typeof auditLog.$inferSelect;
