import { AnnalsError } from "../errors.ts";
import {
  type ActorResolver,
  type FlatActor,
  flattenActor,
  flattenId,
  type Identity,
  nobody,
} from "./actor.ts";
import type { FlatContext } from "./context.ts";
import type { ReportError } from "./report-error.ts";
import { sessionHash } from "./session-hash.ts";

export type KnownActor = FlatActor & Pick<FlatContext, "impersonator_id" | "tenant" | "session_hash">;

export interface ActorSettings {
  secret?: string | undefined;
  onError: ReportError;
  /** After so many milliseconds a resolver has failed. */
  actorTimeoutMs: number;
}

/**
 * The actor of one context, resolved when it is first needed. An actor that is known stays known. As long as
 * the resolver says `null`, it is asked again at the next write: signing in may come after the first write.
 * A resolver that throws, or takes too long, costs the attribution and never the write; it is reported once.
 *
 * @returns plainly where the resolver does, so that a write need not wait
 */
export function lazyActor(
  resolver: ActorResolver,
  settings: ActorSettings,
): () => KnownActor | Promise<KnownActor> {
  let known: KnownActor | undefined;
  let asked: Promise<KnownActor> | undefined;
  let reported = false;

  function settle(identity: Identity | null | undefined): KnownActor {
    if (identity === null || identity === undefined) return nobody;
    known = flattenIdentity(identity, settings.secret);
    return known;
  }
  function fail(error: unknown): KnownActor {
    if (!reported) settings.onError(error, "resolving the actor");
    reported = true;
    return nobody;
  }

  return () => {
    if (known) return known;
    if (asked) return asked;
    try {
      const answer = resolver();
      if (!isThenable(answer)) return settle(answer);
      asked = withinTime(answer, settings.actorTimeoutMs)
        .then(settle)
        .catch((error: unknown) => {
          // Asking again would take as long again, at every write.
          if (error instanceof TooSlow) known = nobody;
          return fail(error);
        })
        .finally(() => {
          asked = undefined;
        });
      return asked;
    } catch (error) {
      return fail(error);
    }
  };
}

function flattenIdentity(identity: Identity, secret: string | undefined): KnownActor {
  const { attribution = "session", impersonator, tenant, sessionId } = identity;
  const flat: KnownActor = flattenActor(identity, attribution);
  if (impersonator !== undefined && impersonator !== null)
    flat.impersonator_id = flattenId("impersonator", impersonator);
  if (tenant !== undefined && tenant !== null) flat.tenant = flattenId("tenant", tenant);
  if (typeof sessionId === "string" && secret !== undefined)
    flat.session_hash = sessionHash(secret, sessionId);
  return flat;
}

function isThenable<T>(value: T | Promise<T>): value is Promise<T> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === "function";
}

class TooSlow extends AnnalsError {}

async function withinTime<T>(answer: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const message = `The actor was not resolved within ${timeoutMs} ms`;
      reject(new TooSlow("CONTEXT_INVALID", message, "Make the resolver faster, or raise actorTimeoutMs."));
    }, timeoutMs);
    timer.unref();
  });
  try {
    return await Promise.race([answer, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
