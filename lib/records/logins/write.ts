import type { Actor } from "../../context/actor.ts";
import { uuidV7 } from "../../context/uuid-v7.ts";
import { auditEvents } from "../audit/write.ts";
import { eventText, optionalText, requireChoice } from "../check-event.ts";
import {
  appendEvents,
  type EventOptions,
  newEventId,
  type Recorder,
  type Written,
} from "../envelope/write.ts";

const statuses = ["SUCCESS", "FAILED", "BLOCKED"] as const;
const failureReasons = [
  "unknown_user",
  "bad_password",
  "disabled",
  "locked",
  "mfa_failed",
  "expired",
  "provider_error",
  "other",
] as const;

export type LoginStatus = (typeof statuses)[number];
export type FailureReason = (typeof failureReasons)[number];

export interface LoginAttempt {
  /** As it was typed; of any length, content and type. Cut to 300 characters with a mark. */
  username: string;
  status: LoginStatus;
  /** Why it failed or was blocked. */
  failureReason?: FailureReason;
  /** Who signed in, where the username is not the id. Counts as known by its session. */
  actor?: Actor | null;
  country?: string | null;
  city?: string | null;
}

const actions = { SUCCESS: "LOGIN", FAILED: "LOGIN_FAILED", BLOCKED: "LOGIN_FAILED" } as const;

/**
 * Records an attempt to sign in, with its row LOGIN or LOGIN_FAILED in the audit log. By default a failing
 * database is reported to `onError` and not thrown: nobody is locked out because an audit table is not there.
 *
 * @throws AnnalsError EVENT_INVALID when status or failureReason is none; the rest is never refused
 */
export async function logLoginAttempt(
  recorder: Recorder,
  attempt: LoginAttempt,
  options: EventOptions = {},
): Promise<Written> {
  const { redactor } = recorder;
  const status = requireChoice("status", attempt.status, statuses);
  const eventId = newEventId(options);
  const username = eventText(attempt.username ?? "", 300, redactor);
  const columns = {
    event_id: eventId,
    username,
    status,
    failure_reason:
      attempt.failureReason && requireChoice("failureReason", attempt.failureReason, failureReasons),
    country: optionalText(attempt.country, 100, redactor),
    city: optionalText(attempt.city, 200, redactor),
  };
  const audit = { action: actions[status], object: { type: "login", id: null, label: username } };
  const events = [{ kind: "logins" as const, event: columns }, ...auditEvents(recorder, audit, uuidV7())];
  const { actor } = attempt;
  const context = {
    source: "auth" as const,
    ...options.context,
    ...(actor && { actor, attribution: status === "SUCCESS" ? ("session" as const) : ("claimed" as const) }),
  };
  const recorded = await appendEvents(recorder, events, { ...options, context }, "report");
  return { eventId, recorded };
}
