import { AnnalsError } from "../errors.ts";
import {
  type Actor,
  type ActorResolver,
  type Attribution,
  type FlatActor,
  flattenId,
  type Id,
  requireAttribution,
} from "./actor.ts";
import { cleanText, quoteValue } from "./clean-text.ts";
import { parseAddress } from "./parse-address.ts";
import { sessionHash } from "./session-hash.ts";

/** Who, where from and why, as the host gives it to `run`. What is left out comes from the context around it. */
export interface Context {
  /** A resolver is asked at the first write. `null`: nobody, whoever it is outside. */
  actor?: Actor | ActorResolver | null;
  /** How well the actor is known. Default: `claimed` for an actor given here, `session` for a resolved one. */
  attribution?: Attribution;
  /** The one who really acts, when `actor` is somebody that they act as. */
  impersonator?: Id | null;
  tenant?: Id | null;
  /** An address that is none is not stored; its text, up to 200 characters, stands in `ipSource` instead. */
  ip?: string | null;
  /** Where the address comes from, such as `socket` or `x-forwarded-for`. */
  ipSource?: string | null;
  userAgent?: string | null;
  /** Never stored: its keyed hash is. Without a secret in the configuration nothing is. */
  sessionId?: string | null;
  sessionHash?: string | null;
  requestId?: string | null;
  traceId?: string | null;
  /** The part of the application that acts, such as `billing`. */
  module?: string | null;
  /** Up to 2,000 characters. */
  reason?: string | null;
  /** Where events from code come from; captured rows are always `trigger`. */
  source?: "api" | "auth" | "console";
}

/** The setting `annals.context`, flat: its keys are columns. All are optional. */
export interface FlatContext extends Partial<FlatActor> {
  impersonator_id?: string;
  tenant?: string;
  ip?: string;
  ip_source?: string;
  user_agent?: string;
  session_hash?: string;
  request_id?: string;
  trace_id?: string;
  module?: string;
  reason?: string;
  source?: string;
}

/** Texts of a context: their columns, and how many characters these hold. */
const texts = [
  ["userAgent", "user_agent", 500],
  ["sessionHash", "session_hash", 128],
  ["requestId", "request_id", 200],
  ["traceId", "trace_id", 200],
  ["module", "module", 200],
  ["reason", "reason", 2000],
] as const;

/**
 * The fields of a context except its actor, cut to their columns and without what PostgreSQL cannot store.
 *
 * @throws AnnalsError CONTEXT_INVALID when a field is of a wrong type
 */
export function flattenContext(context: Context, secret: string | undefined): FlatContext {
  if (typeof context !== "object" || context === null) {
    const hint = 'It must be an object, such as { actor: { kind: "job", id: "nightly" } }.';
    throw new AnnalsError("CONTEXT_INVALID", `The context is ${quoteValue(context)}`, hint);
  }
  const flat: FlatContext = {};
  const session = hashed(context.sessionId, secret);
  if (session !== undefined) flat.session_hash = session;
  for (const [field, column, limit] of texts) {
    const value = context[field];
    if (value !== undefined && value !== null) flat[column] = cleanText(requireText(field, value), limit);
  }
  if (context.tenant !== undefined && context.tenant !== null)
    flat.tenant = flattenId("tenant", context.tenant);
  if (context.impersonator !== undefined && context.impersonator !== null) {
    flat.impersonator_id = flattenId("impersonator", context.impersonator);
  }
  if (context.attribution !== undefined) flat.attribution = requireAttribution(context.attribution);
  if (context.source !== undefined) flat.source = requireSource(context.source);
  return Object.assign(flat, flattenAddress(context.ip, context.ipSource));
}

function flattenAddress(ip: string | null | undefined, source: string | null | undefined): FlatContext {
  const flat: FlatContext = {};
  if (ip !== undefined && ip !== null) {
    const address = parseAddress(requireText("ip", ip));
    if (address === undefined) return { ip_source: cleanText(`unreadable: ${ip}`, 200) };
    flat.ip = address;
  }
  if (source !== undefined && source !== null)
    flat.ip_source = cleanText(requireText("ipSource", source), 200);
  return flat;
}

function hashed(sessionId: string | null | undefined, secret: string | undefined): string | undefined {
  if (sessionId === undefined || sessionId === null || secret === undefined) return undefined;
  return sessionHash(secret, requireText("sessionId", sessionId));
}

function requireText(field: string, value: unknown): string {
  if (typeof value === "string") return value;
  throw new AnnalsError("CONTEXT_INVALID", `${field} is ${quoteValue(value)}`, "It must be a text.");
}

function requireSource(value: string): string {
  if (value === "api" || value === "auth" || value === "console") return value;
  throw new AnnalsError(
    "CONTEXT_INVALID",
    `source is ${quoteValue(value)}`,
    "It must be api, auth or console.",
  );
}
