import { flattenActor, nobody } from "./actor.ts";
import { type Context, type FlatContext, flattenContext } from "./context.ts";
import { type ActorSettings, type KnownActor, lazyActor } from "./lazy-actor.ts";
import type { ReportError } from "./report-error.ts";

/** A context that work is running in, or may run in. */
export interface OpenContext {
  /**
   * What the database gets to know, with the actor as far as it can be known now. Never throws or rejects;
   * plain where nothing has to be waited for. Undefined when there turns out to be no context after all.
   */
  flat(): FlatContext | undefined | Promise<FlatContext | undefined>;
  /** The same as JSON text. */
  json(): string | undefined | Promise<string | undefined>;
  /** The same for later, when what it is read from may be gone. */
  frozen(): OpenContext;
}

/** The one that `openContext` makes: contexts inside it can take from it what they do not say themselves. */
class Opened implements OpenContext {
  readonly fields: FlatContext;
  readonly actor: (() => KnownActor | Promise<KnownActor>) | undefined;
  private last: { actor: KnownActor | undefined; json: string } | undefined;

  constructor(fields: FlatContext, actor: (() => KnownActor | Promise<KnownActor>) | undefined) {
    this.fields = fields;
    this.actor = actor;
  }

  flat(): FlatContext | Promise<FlatContext> {
    const { fields, actor } = this;
    const known = actor?.();
    return known instanceof Promise
      ? known.then((late) => ({ ...late, ...fields }))
      : { ...known, ...fields };
  }

  json(): string | Promise<string> {
    const known = this.actor?.();
    return known instanceof Promise ? known.then((late) => this.jsonWith(late)) : this.jsonWith(known);
  }

  frozen(): OpenContext {
    return this;
  }

  /** An actor that is known is the same object each time; most writes of a request have the same JSON. */
  private jsonWith(actor: KnownActor | undefined): string {
    if (this.last?.actor !== actor || !this.last) {
      this.last = { actor, json: JSON.stringify({ ...actor, ...this.fields }) };
    }
    return this.last.json;
  }
}

/** A context of which only a promise is known so far. */
class Awaited implements OpenContext {
  readonly found: Promise<OpenContext | undefined>;

  constructor(found: Promise<OpenContext | undefined>) {
    this.found = found;
  }

  async flat(): Promise<FlatContext | undefined> {
    return (await this.found)?.flat();
  }

  async json(): Promise<string | undefined> {
    return (await this.found)?.json();
  }

  frozen(): OpenContext {
    // Read now: behind the promise may be a request that is gone by then.
    return new Awaited(this.flat().then((flat) => flat && new Opened(flat, undefined)));
  }
}

/**
 * Opens a context; what it does not say comes from `outer`.
 *
 * @param isolate runs the actor's resolver: in a context without an actor, lest its own writes wait for it
 * @throws AnnalsError CONTEXT_INVALID
 */
export function openContext(
  context: Context,
  outer: OpenContext | undefined,
  settings: ActorSettings,
  isolate: <T>(context: OpenContext, fn: () => T) => T,
): OpenContext {
  const fields = flattenContext(context, settings.secret);
  if (outer instanceof Awaited) {
    const open = (found: OpenContext | undefined) => openContext(context, found, settings, isolate);
    return awaitContext(outer.found.then(open), settings.onError);
  }
  const around = outer instanceof Opened ? outer : undefined;
  const { actor, attribution } = context;
  if (actor === undefined) return new Opened({ ...around?.fields, ...fields }, around?.actor);
  const {
    actor_kind,
    actor_id,
    actor_label,
    attribution: before,
    impersonator_id,
    ...outside
  } = around?.fields ?? {};
  const inherited = { ...outside, ...fields };
  if (actor === null) return new Opened({ ...inherited, ...nobody }, undefined);
  if (typeof actor !== "function") {
    return new Opened({ ...inherited, ...flattenActor(actor, attribution ?? "claimed") }, undefined);
  }
  const withoutActor = new Opened({ ...inherited, ...nobody }, undefined);
  const resolve = lazyActor(() => isolate(withoutActor, actor), settings);
  return new Opened(inherited, resolve);
}

/** A context that is still being looked for. A search that fails is reported and finds none. */
export function awaitContext(found: Promise<OpenContext | undefined>, onError: ReportError): OpenContext {
  return new Awaited(
    found.catch((error: unknown) => {
      onError(error, "looking for the context of a request");
      return undefined;
    }),
  );
}
