import type { Actor, Id } from "../../context/actor.ts";
import type { Redactor } from "../../context/redact.ts";
import { type Json, sanitize } from "../../context/sanitize.ts";
import { eventText, optionalId, optionalText, requireAction, requireCount } from "../check-event.ts";
import {
  appendEvents,
  type EventOptions,
  type NewEvent,
  newEventId,
  type Recorder,
  type Written,
} from "../envelope/write.ts";

/** What was acted on. */
export interface AuditObject {
  /** Such as the name of its table. */
  type: string;
  id?: Id | null;
  /** A name for people, kept as it is now. */
  label?: string | null;
}

export interface AuditEvent {
  /** One of CREATE UPDATE DELETE VIEW LOGIN LOGOUT LOGIN_FAILED EXPORT IMPORT, or your own, such as REFUND. */
  action: string;
  object?: AuditObject;
  /** By field: `{ old, new }`, either of them, or a plain value. Secrets among them are masked by their names. */
  changes?: Record<string, unknown>;
  /** Up to 2,000 characters. */
  reason?: string;
  /** Instead of the actor of the present context. */
  actor?: Actor | null;
  /** The part of the application, such as `billing`. */
  module?: string;
}

/**
 * Records that somebody did something.
 *
 * @throws AnnalsError EVENT_INVALID, CONTEXT_INVALID, and the database's error when it cannot be written
 */
export async function logAuditEvent(
  recorder: Recorder,
  event: AuditEvent,
  options: EventOptions = {},
): Promise<Written> {
  const eventId = newEventId(options);
  const events = auditEvents(recorder, event, eventId);
  const { actor, module } = event;
  const recorded = await appendEvents(recorder, events, withOwn(options, { actor, module }), "throw");
  return { eventId, recorded };
}

/** The event as it is written; none when its action is skipped. */
export function auditEvents(recorder: Recorder, event: AuditEvent, eventId: string): NewEvent[] {
  const action = requireAction(event.action);
  if (recorder.skipActions.has(action)) return [];
  const { redactor } = recorder;
  const { object, changes, reason } = event;
  const columns = {
    event_id: eventId,
    action,
    object_type: object && eventText(object.type, 200, redactor),
    object_id: optionalId("object.id", object?.id),
    object_label: optionalText(object?.label, 200, redactor),
    changes: changes && recordableChanges(changes, redactor),
    reason: optionalText(reason, 2000, redactor),
  };
  return [{ kind: "audit", event: columns }];
}

/** Changes as they are kept; what had to be replaced in them is told under `_sanitized`. */
function recordableChanges(changes: Record<string, unknown>, redactor: Redactor): Json {
  const { value, notes } = sanitize(changes, redactor);
  const isFields = typeof value === "object" && value !== null && !Array.isArray(value);
  const fields = isFields ? value : { value: { new: value } };
  return notes.length === 0 ? fields : { ...fields, _sanitized: { new: notes.join("; ") } };
}

/** Options whose context also has what a call names by itself. */
export function withOwn(
  options: EventOptions,
  own: { actor?: Actor | null | undefined; module?: string | undefined },
): EventOptions {
  const given = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined));
  return Object.keys(given).length === 0
    ? options
    : { ...options, context: { ...options.context, ...given } };
}

export interface ViewOptions extends EventOptions {
  /** Views of one object by one actor within so many milliseconds are recorded once (by this process). */
  coolDownMs?: number;
}

const lastViews = new WeakMap<Recorder, Map<string, number>>();

/** Records that somebody has seen an object. @throws as logAuditEvent */
export async function logViewAccess(
  recorder: Recorder,
  object: AuditObject,
  options: ViewOptions = {},
): Promise<Written> {
  const { coolDownMs = 0, ...rest } = options;
  if (coolDownMs > 0 && (await isCoolingDown(recorder, object, coolDownMs, rest))) {
    return { eventId: newEventId(options), recorded: false };
  }
  return logAuditEvent(recorder, { action: "VIEW", object }, rest);
}

async function isCoolingDown(
  recorder: Recorder,
  object: AuditObject,
  coolDownMs: number,
  options: EventOptions,
): Promise<boolean> {
  const flat = await (options.context ? recorder.open(options.context) : recorder.context())?.flat();
  const key = JSON.stringify([
    flat?.tenant,
    flat?.actor_kind,
    flat?.actor_id,
    object.type,
    optionalId("object.id", object.id),
  ]);
  const views = lastViews.get(recorder) ?? new Map<string, number>();
  lastViews.set(recorder, views);
  const now = Date.now();
  const last = views.get(key);
  if (last !== undefined && now - last < coolDownMs) return true;
  views.delete(key);
  views.set(key, now);
  // The oldest go first: what is forgotten is recorded once more, no worse.
  if (views.size > 10_000) for (const oldest of [...views.keys()].slice(0, 1000)) views.delete(oldest);
  return false;
}

export interface ImportEvent {
  /** What was brought in, such as the name of a table. */
  objectType: string;
  /** Such as `csv`. */
  fileFormat?: string;
  filePath?: string;
  recordCount?: number | bigint;
  /** How many records were refused. */
  failedCount?: number | bigint;
  reason?: string;
  actor?: Actor | null;
  module?: string;
}

/** Records that data was brought in from outside. @throws as logAuditEvent */
export async function logImport(
  recorder: Recorder,
  event: ImportEvent,
  options: EventOptions = {},
): Promise<Written> {
  const values = {
    file_format: event.fileFormat,
    file_path: event.filePath,
    record_count: requireCount("recordCount", event.recordCount),
    failed_count: requireCount("failedCount", event.failedCount),
  };
  const { objectType, reason, actor, module } = event;
  const audit: AuditEvent = { action: "IMPORT", object: { type: objectType }, changes: asNew(values) };
  return logAuditEvent(recorder, { ...audit, reason, actor, module } as AuditEvent, options);
}

/** Values that were recorded, not changed: `{ name: { new: value } }` of those that are there. */
export function asNew(values: Record<string, unknown>): Record<string, { new: unknown }> {
  const there = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(there.map(([name, value]) => [name, { new: value }]));
}
