import { AnnalsError } from "../errors.ts";
import { cleanText, quoteValue } from "./clean-text.ts";

const actorKinds = ["user", "service", "job", "system", "anonymous"] as const;
const attributions = ["session", "token", "claimed", "none"] as const;

export type ActorKind = (typeof actorKinds)[number];

/** How well the actor is known. (`database_role` is given by the database, to what has no context.) */
export type Attribution = (typeof attributions)[number];

/** Any type of id: a number, a UUID, an object that knows its text. */
export type Id = string | number | bigint | { toString(): string };

export interface Actor {
  /** Default `user`. */
  kind?: ActorKind;
  id: Id;
  /** A name for people, kept as it is now. */
  label?: string | null;
}

/** Who is behind a request, as the host's session or token tells. */
export interface Identity extends Actor {
  /** Default `session`. */
  attribution?: Attribution;
  /** The one who really acts, when `id` is somebody that they act as. */
  impersonator?: Id | null;
  tenant?: Id | null;
  /** Never stored: its keyed hash is. */
  sessionId?: string | null;
}

/** Asked at the first write, and again until it knows somebody: `null` means that there is nobody yet. */
export type ActorResolver = () => Identity | null | undefined | Promise<Identity | null | undefined>;

/** What the database gets to know of an actor. */
export interface FlatActor {
  actor_kind: ActorKind;
  actor_id: string;
  actor_label: string;
  attribution: Attribution;
}

export const nobody: FlatActor = {
  actor_kind: "anonymous",
  actor_id: "",
  actor_label: "",
  attribution: "none",
};

/** @throws AnnalsError CONTEXT_INVALID */
export function flattenActor(actor: Actor, attribution: Attribution): FlatActor {
  if (typeof actor !== "object" || actor === null) throw invalid("actor", actor, "an object with an id");
  const { kind = "user", id, label } = actor;
  if (!actorKinds.includes(kind)) throw invalid("actor.kind", kind, `one of ${actorKinds.join(", ")}`);
  requireAttribution(attribution);
  return {
    actor_kind: kind,
    actor_id: flattenId("actor.id", id),
    actor_label: label === undefined || label === null ? "" : cleanText(String(label), 200),
    attribution,
  };
}

/** @throws AnnalsError CONTEXT_INVALID */
export function requireAttribution(attribution: Attribution): Attribution {
  if (attributions.includes(attribution)) return attribution;
  throw invalid("attribution", attribution, `one of ${attributions.join(", ")}`);
}

/** @throws AnnalsError CONTEXT_INVALID when there is no text in it */
export function flattenId(field: string, id: Id): string {
  const text = id === undefined || id === null || typeof id === "symbol" ? "" : String(id);
  if (text === "" || text === "[object Object]")
    throw invalid(field, id, "a text, a number or an object with a toString of its own");
  return cleanText(text, 200);
}

function invalid(field: string, value: unknown, right: string): AnnalsError {
  return new AnnalsError("CONTEXT_INVALID", `${field} is ${quoteValue(value)}`, `It must be ${right}.`);
}
