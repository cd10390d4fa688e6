import { integer, primaryKey, text } from "drizzle-orm/pg-core";
import { annals, big, envelope, jsonText } from "../envelope/table.ts";

export const dataExport = annals.table(
  "data_export",
  {
    ...envelope,
    export_type: text("export_type").notNull(),
    file_format: text("file_format").notNull(),
    record_count: big("record_count"),
    file_size: big("file_size"),
    filters_applied: jsonText("filters_applied"),
    file_path: text("file_path"),
    columns: text("columns").array(),
    sha256: text("sha256"),
    status: text("status").notNull(),
    download_count: integer("download_count").notNull(),
  },
  (table) => [primaryKey({ columns: [table.recorded_at, table.seq] })],
);

export type ExportRow = typeof dataExport.$inferSelect;
