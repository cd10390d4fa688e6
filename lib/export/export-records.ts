import type { Viewer } from "../access/viewer.ts";
import type { Snapshot, SnapshotSource } from "../executor.ts";
import { type ExportOptions, planExport, requireExport } from "../query/plan-export.ts";
import type { Search } from "../query/search.ts";
import type { Definition } from "../records/define.ts";
import type { DataExport, DataExportEvent } from "../records/exports/write.ts";
import { describeFilters } from "./describe-filters.ts";
import type { ExportFormat } from "./formats.ts";
import { type ExportSummary, streamExport } from "./stream-export.ts";

/** Where exports are recorded: what `createAnnals` returns. */
export interface ExportRecorder {
  logDataExport(event: DataExportEvent): Promise<DataExport>;
}

export interface ExportRequest extends ExportOptions {
  format: ExportFormat;
  /** On its abort the export ends, its stream fails with the signal's reason, and it is on record as failed. */
  signal?: AbortSignal;
  /** For the record: where the bytes go, if that is a file. */
  filePath?: string;
  /** For the record. */
  reason?: string;
}

export interface RecordExport {
  /** Names the data export on record. */
  eventId: string;
  /** Of the record, in the order of the file. */
  columns: readonly string[];
  /** How many rows will come; known where `maxRows` is given. */
  rows?: number;
  /**
   * The file: NDJSON, or CSV by RFC 4180 with a row of names. To be read to its end or cancelled; until then it
   * keeps a connection and a snapshot. Nothing is read ahead of whoever reads it. When it ends without an error
   * everything is in it, and on record as completed.
   */
  body: ReadableStream<Uint8Array>;
  /**
   * What it came to; rejects as `body` does, or with the reason for which that was cancelled. Settled when all is on
   * record and the connection is free.
   */
  done: Promise<ExportSummary>;
}

/**
 * Exports all that a search finds, in its order, as one state of the database has it. The data export is recorded
 * in the present context as started before the first byte, later as completed or failed.
 *
 * NDJSON has every value as PostgreSQL's own `row_to_json` writes it. CSV: instants are ISO 8601 in UTC, JSON columns
 * and lists JSON text, an empty cell is NULL and `""` an empty text; a text that a spreadsheet would take for a formula
 * (`=`, `+`, `-`, `@`, also in full width, tab, line break) has an apostrophe before it.
 *
 * @param source where it is read, which may be a replica: not through the pool of one connection that records
 * @throws AnnalsError FORBIDDEN without the rights to export and to view this kind, USAGE for an unknown column,
 *   EXPORT_TOO_LARGE above `maxRows`, all before anything is recorded; and whatever the recording throws
 */
export async function exportRecords(
  source: SnapshotSource,
  recorder: ExportRecorder,
  viewer: Viewer,
  definition: Definition,
  search: Search,
  request: ExportRequest,
): Promise<RecordExport> {
  const { format, signal, filePath, reason } = request;
  requireExport(viewer, definition);
  signal?.throwIfAborted();
  const snapshot = await source.openSnapshot();
  const stop = () => void snapshot.cancel();
  signal?.addEventListener("abort", stop);
  try {
    await prepare(snapshot, definition);
    const plan = await planExport(snapshot, viewer, definition, search, request);
    const { rows } = plan;
    const columns = plan.columns.map(({ name }) => name);
    const entry = await recorder.logDataExport({
      exportType: definition.record,
      fileFormat: format,
      filters: describeFilters(definition, viewer, search, plan.bound),
      columns,
      ...(filePath !== undefined && { filePath }),
      ...(reason !== undefined && { reason }),
    });
    const { body, done } = streamExport(snapshot, entry, plan, { format, signal });
    return { eventId: entry.eventId, columns, ...(rows !== undefined && { rows }), body, done };
  } catch (error) {
    await snapshot.close();
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}

/**
 * An export lasts as long as its reader takes; and a row must look the same whoever is connected. The record is locked
 * before the first statement that takes the snapshot: where a month was made or dropped between that and the first
 * reading of the record, the rows that it moved would be in neither place.
 */
async function prepare(snapshot: Snapshot, { record }: Definition): Promise<void> {
  await snapshot.query(`SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0;
    SET LOCAL timezone = 'UTC'; SET LOCAL datestyle = 'ISO'; SET LOCAL jit = off;
    LOCK TABLE ONLY annals.${record} IN ACCESS SHARE MODE`);
}
