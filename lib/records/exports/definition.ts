import { define } from "../define.ts";
import { envelopeFields, technical } from "../envelope/fields.ts";
import type { ExportRow } from "./table.ts";

export const exportsDefinition = define<ExportRow>()({
  kind: "exports",
  record: "data_export",
  title: "Data exports",
  noun: { one: "data export", many: "data exports" },
  fields: {
    ...envelopeFields,
    exportType: {
      type: "choice",
      label: "Kind",
      column: "export_type",
      param: "kind",
      open: true,
      optional: true,
      facet: true,
    },
    format: {
      type: "choice",
      label: "Format",
      column: "file_format",
      param: "format",
      open: true,
      optional: true,
      facet: true,
    },
    status: {
      type: "choice",
      label: "Status",
      column: "status",
      param: "status",
      choices: { started: "Started", completed: "Completed", failed: "Failed" },
      facet: true,
    },
    rows: { type: "count", label: "Rows", column: "record_count", param: "minrows" },
    size: { type: "bytes", label: "Size", column: "file_size", param: "minsize" },
    downloads: { type: "count", label: "Downloads", column: "download_count", param: "mindownloads" },
    filters: { type: "code", label: "Filters applied", column: "filters_applied" },
    path: { type: "code", label: "File", column: "file_path" },
    exportedColumns: { type: "code", label: "Columns", column: "columns" },
    sha256: {
      type: "code",
      label: "SHA-256",
      column: "sha256",
      param: "sha256",
      match: "prefix",
      optional: true,
    },
  },
  columns: ["time", "actor", "exportType", "format", "rows", "size", "downloads", "status", "number"],
  hidden: ["ip", "filters", "exportedColumns", "path", "module", "request", "tenant", "userAgent"],
  sections: [
    {
      title: "Summary",
      fields: ["time", "actor", "attribution", "exportType", "format", "status", "rows", "size", "downloads"],
    },
    { title: "Contents", fields: ["filters", "exportedColumns", "path", "sha256", "module", "tenant"] },
    technical,
  ],
  search: ["export_type", "actor_label", "file_path"],
  sorts: { time: "recorded_at" },
  internal: [],
});
