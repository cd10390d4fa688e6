import type { Context } from "../../context/context.ts";
import type { OpenContext } from "../../context/open-context.ts";
import type { Redactor } from "../../context/redact.ts";
import type { ReportError } from "../../context/report-error.ts";
import { uuidV7 } from "../../context/uuid-v7.ts";
import type { Executor } from "../../executor.ts";
import { requireUuid } from "../check-event.ts";

/** What becomes of an event that cannot be written: an error for the caller, or one for `onError`. */
export type OnFailure = "throw" | "report";

/** What the functions that write events need. */
export interface Recorder {
  readonly database: Executor;
  /** A handle of the host's as an executor. @throws AnnalsError USAGE when it is none */
  executorFor(handle: object): Executor;
  context(): OpenContext | undefined;
  /** The present context with another laid over it. */
  open(context: Context): OpenContext;
  readonly redactor: Redactor;
  readonly skipActions: ReadonlySet<string>;
  readonly onError: ReportError;
  /** Instead of what each function does by itself. */
  readonly onFailure?: OnFailure | undefined;
}

export interface EventOptions {
  /**
   * Write in this transaction (of postgres.js, of drizzle, or an `Executor`), and with it or not at all. Then a
   * failure is always thrown: the transaction is lost anyway.
   */
  tx?: object;
  /** What differs from the present context, such as `{ actor }` in a job that works for many. */
  context?: Context;
  /** Your own UUID for the event. Written twice under one id, it is filed once. */
  eventId?: string;
  onFailure?: OnFailure;
}

export interface Written {
  /** Names the event until the relay has given it its number. */
  eventId: string;
  /** False when `skipActions` leaves it out, or when writing failed and was reported to `onError`. */
  recorded: boolean;
}

export interface NewEvent {
  kind: "audit" | "logins" | "exports" | "events" | "export_update" | "export_download";
  /** Columns of the record. */
  event: Record<string, unknown> & { event_id: string };
}

/**
 * Writes events by one statement: all or none. The database has no say in their content except by refusing it,
 * so everything in them must have been made storable before.
 *
 * @returns false when they were not written and the failure was reported
 */
export async function appendEvents(
  recorder: Recorder,
  events: readonly NewEvent[],
  options: EventOptions,
  onFailure: OnFailure,
): Promise<boolean> {
  if (events.length === 0) return false;
  const context = options.context ? recorder.open(options.context) : recorder.context();
  try {
    const json = (await context?.json()) ?? null;
    const calls = events.map((_, at) => `annals.record($${3 * at + 1}, $${3 * at + 2}, $${3 * at + 3})`);
    const values = events.flatMap(({ kind, event }) => [kind, JSON.stringify(event), json]);
    const database = options.tx ? recorder.executorFor(options.tx) : recorder.database;
    await database.query(`select ${calls.join(", ")}`, values);
    return true;
  } catch (error) {
    if (options.tx || (options.onFailure ?? recorder.onFailure ?? onFailure) === "throw") throw error;
    recorder.onError(error, `recording ${events.map(({ kind }) => kind).join(" and ")}`);
    return false;
  }
}

export function newEventId(options: EventOptions): string {
  return options.eventId === undefined ? uuidV7() : requireUuid("eventId", options.eventId);
}
