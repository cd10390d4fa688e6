import type { Actor } from "../../context/actor.ts";
import { sanitize } from "../../context/sanitize.ts";
import { uuidV7 } from "../../context/uuid-v7.ts";
import { asNew, auditEvents, withOwn } from "../audit/write.ts";
import {
  eventText,
  optionalText,
  requireChoice,
  requireCount,
  requireText,
  requireUuid,
} from "../check-event.ts";
import {
  appendEvents,
  type EventOptions,
  type NewEvent,
  newEventId,
  type Recorder,
  type Written,
} from "../envelope/write.ts";

/** What is known of an export's file, at its start or at its end. */
export interface ExportResult {
  recordCount?: number | bigint;
  /** Bytes. */
  fileSize?: number | bigint;
  filePath?: string;
  /** Of the file, in hexadecimal digits. */
  sha256?: string;
  columns?: readonly string[];
}

export interface DataExportEvent extends ExportResult {
  /** What is taken out, such as `customers`. */
  exportType: string;
  /** Such as `csv`. */
  fileFormat?: string;
  /** As they were applied; secrets among them are masked by their names. */
  filters?: Record<string, unknown>;
  /** `started` by default; `completed` for one that is recorded when it is over. */
  status?: "started" | "completed";
  reason?: string;
  actor?: Actor | null;
  module?: string;
}

/** An export on record. */
export interface DataExport extends Written {
  complete(result?: ExportResult, options?: EventOptions): Promise<Written>;
  fail(result?: ExportResult, options?: EventOptions): Promise<Written>;
  /** Counts one more download of the file. */
  download(options?: EventOptions): Promise<Written>;
}

/**
 * Records that data is taken out, with its row EXPORT in the audit log.
 *
 * @throws AnnalsError EVENT_INVALID, CONTEXT_INVALID, and the database's error when it cannot be written
 */
export async function logDataExport(
  recorder: Recorder,
  event: DataExportEvent,
  options: EventOptions = {},
): Promise<DataExport> {
  const { redactor } = recorder;
  const { exportType, fileFormat, filters, status = "started", reason, actor, module } = event;
  const eventId = newEventId(options);
  const columns = {
    event_id: eventId,
    export_type: eventText(requireText("exportType", exportType), 200, redactor),
    file_format: optionalText(fileFormat, 40, redactor),
    filters_applied: filters && recordableFilters(recorder, filters),
    status: requireChoice("status", status, ["started", "completed"]),
    ...resultColumns(recorder, event),
  };
  const { export_type, file_format, record_count } = columns;
  const audit = {
    action: "EXPORT",
    object: { type: "data_export", id: eventId, label: export_type },
    changes: asNew({ file_format, record_count, filters }),
    ...(reason !== undefined && { reason }),
  };
  const events: NewEvent[] = [{ kind: "exports", event: columns }, ...auditEvents(recorder, audit, uuidV7())];
  const recorded = await appendEvents(recorder, events, withOwn(options, { actor, module }), "throw");
  return { ...openDataExport(recorder, eventId), recorded };
}

/** The handle of an export that was recorded before, maybe in another request. @throws AnnalsError EVENT_INVALID */
export function openDataExport(recorder: Recorder, eventId: string): DataExport {
  requireUuid("eventId", eventId);
  const append = async (
    kind: NewEvent["kind"],
    columns: Record<string, unknown>,
    options: EventOptions = {},
  ) => {
    const event = { kind, event: { event_id: eventId, ...columns } };
    return { eventId, recorded: await appendEvents(recorder, [event], options, "throw") };
  };
  const end = (status: string) => (result?: ExportResult, options?: EventOptions) =>
    append("export_update", { status, ...resultColumns(recorder, result ?? {}) }, options);
  return {
    eventId,
    recorded: true,
    complete: end("completed"),
    fail: end("failed"),
    download: (options) => append("export_download", {}, options),
  };
}

function resultColumns({ redactor }: Recorder, result: ExportResult) {
  return {
    record_count: requireCount("recordCount", result.recordCount),
    file_size: requireCount("fileSize", result.fileSize),
    file_path: optionalText(result.filePath, 1000, redactor),
    sha256: optionalText(result.sha256, 64, redactor),
    columns: result.columns?.slice(0, 1000).map((column) => eventText(column, 200, redactor)),
  };
}

function recordableFilters({ redactor }: Recorder, filters: Record<string, unknown>) {
  const { value, notes } = sanitize(filters, redactor);
  return notes.length === 0 ? value : { ...(value as object), _sanitized: notes.join("; ") };
}
