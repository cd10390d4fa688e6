import type { Field } from "../../fields/field.ts";
import type { envelope } from "./table.ts";

type Column = keyof typeof envelope;

/** The fields that every record shows; a definition spreads those that it wants to filter by. */
export const envelopeFields = {
  time: { type: "time", label: "Time", column: "recorded_at" },
  number: { type: "code", label: "Number", column: "seq" },
  actor: {
    type: "actor",
    label: "Actor",
    column: "actor_id",
    parts: ["actor_kind", "actor_label", "attribution", "impersonator_id"],
    param: "actor",
    optional: true,
    facet: true,
  },
  actorKind: {
    type: "choice",
    label: "Actor kind",
    column: "actor_kind",
    param: "actorkind",
    choices: {
      user: "User",
      service: "Service",
      job: "Job",
      system: "System",
      anonymous: "Anonymous",
    },
  },
  attribution: {
    type: "choice",
    label: "Attribution",
    column: "attribution",
    param: "attribution",
    choices: {
      session: "Signed-in session",
      token: "Token",
      claimed: "Claimed by the caller",
      database_role: "Database role only",
      none: "None",
    },
  },
  impersonator: {
    type: "code",
    label: "Impersonated by",
    column: "impersonator_id",
    param: "impersonator",
    optional: true,
  },
  module: {
    type: "choice",
    label: "Module",
    column: "module",
    param: "module",
    open: true,
    optional: true,
    facet: true,
  },
  ip: {
    type: "address",
    label: "IP address",
    column: "ip",
    parts: ["ip_source"],
    param: "ip",
    optional: true,
  },
  ipSource: { type: "text", label: "Address taken from", column: "ip_source" },
  userAgent: { type: "text", label: "User agent", column: "user_agent" },
  session: {
    type: "code",
    label: "Session",
    column: "session_hash",
    param: "session",
    match: "prefix",
    optional: true,
  },
  request: { type: "code", label: "Request", column: "request_id", param: "request", optional: true },
  trace: { type: "code", label: "Trace", column: "trace_id", param: "trace", optional: true },
  tenant: { type: "code", label: "Tenant", column: "tenant", param: "tenant", optional: true },
  source: {
    type: "choice",
    label: "Captured by",
    column: "source",
    param: "source",
    choices: { trigger: "Trigger", api: "Application", auth: "Sign-in", console: "Console" },
  },
  dbRole: { type: "code", label: "Database role", column: "db_role" },
  application: { type: "text", label: "Database client", column: "application" },
  transaction: { type: "code", label: "Transaction", column: "tx" },
  eventId: { type: "code", label: "Event id", column: "event_id" },
} as const satisfies Record<string, Field<Column>>;

/** The detail section that every record ends with. */
export const technical = {
  title: "Technical",
  fields: [
    "number",
    "ip",
    "ipSource",
    "userAgent",
    "session",
    "request",
    "trace",
    "actorKind",
    "impersonator",
    "source",
    "dbRole",
    "application",
    "transaction",
    "eventId",
  ],
} as const;
