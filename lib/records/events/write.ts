import type { Actor } from "../../context/actor.ts";
import { withOwn } from "../audit/write.ts";
import { eventText, optionalText, requireChoice, requireCount, requireText } from "../check-event.ts";
import {
  appendEvents,
  type EventOptions,
  newEventId,
  type OnFailure,
  type Recorder,
  type Written,
} from "../envelope/write.ts";
import { describeError } from "./describe-error.ts";

const eventTypes = ["ERROR", "WARNING", "INFO", "SECURITY", "PERFORMANCE", "MAINTENANCE"] as const;

export type EventType = (typeof eventTypes)[number];

export interface SystemEvent {
  eventType: EventType;
  /** One line, up to 500 characters. May be left out where there is an `error`. */
  title?: string;
  /** Up to 16,000 characters. */
  description?: string;
  /** What was thrown; tells title, description, function, line, code, stack and fingerprint, unless they are given. */
  error?: unknown;
  functionName?: string;
  lineNumber?: number;
  errorCode?: string;
  /** Up to 32,000 characters. */
  stackTrace?: string;
  /** Events of one fingerprint are the same happening again. */
  fingerprint?: string;
  actor?: Actor | null;
  module?: string;
}

/**
 * Records that something happened to the system.
 *
 * @param onFailure what becomes of a failure to write, unless options or configuration say otherwise
 * @throws AnnalsError EVENT_INVALID, CONTEXT_INVALID, and the database's error when it cannot be written
 */
export async function logSystemEvent(
  recorder: Recorder,
  event: SystemEvent,
  options: EventOptions = {},
  onFailure: OnFailure = "throw",
): Promise<Written> {
  const { redactor } = recorder;
  const eventId = newEventId(options);
  const described = event.error === undefined ? {} : describeError(event.error);
  const { eventType, title, functionName, lineNumber, errorCode, actor, module } = {
    ...described,
    ...defined(event),
  };
  const { description, stackTrace, fingerprint } = { ...described, ...defined(event) };
  const columns = {
    event_id: eventId,
    event_type: requireChoice("eventType", eventType, eventTypes),
    title: eventText(requireText("title", title as string), 500, redactor),
    description: optionalText(description, 16_000, redactor),
    function_name: optionalText(functionName, 300, redactor),
    line_number: requireCount("lineNumber", lineNumber, 2_147_483_647),
    error_code: optionalText(errorCode, 100, redactor),
    stack_trace: optionalText(stackTrace, 32_000, redactor),
    fingerprint: optionalText(fingerprint, 128, redactor),
  };
  const recorded = await appendEvents(
    recorder,
    [{ kind: "events", event: columns }],
    withOwn(options, { actor, module }),
    onFailure,
  );
  return { eventId, recorded };
}

function defined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as T;
}
