import type { ExportColumn } from "../query/plan-export.ts";
import type { RowFormat } from "./rewrite-rows.ts";
import { toCsv } from "./to-csv.ts";
import { toNdjson } from "./to-ndjson.ts";

export const exportFormats = ["ndjson", "csv"] as const;
export type ExportFormat = (typeof exportFormats)[number];

export const rowFormats: Record<ExportFormat, (columns: readonly ExportColumn[]) => RowFormat> = {
  ndjson: toNdjson,
  csv: toCsv,
};
