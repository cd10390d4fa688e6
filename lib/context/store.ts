import { AsyncLocalStorage } from "node:async_hooks";
import { requireUsage } from "../errors.ts";
import type { Context } from "./context.ts";
import type { ActorSettings } from "./lazy-actor.ts";
import { awaitContext, type OpenContext, openContext } from "./open-context.ts";

/** A context that a framework keeps for us, as long as `key` lives: one request. */
export interface ProvidedContext {
  key: object;
  /** Read once for each key. */
  read(): Context;
}

/** Looks for a context where `run` has opened none; called at every write, so it must be cheap. Undefined: none. */
export type ContextProvider = () => Promise<ProvidedContext | undefined> | undefined;

/** Opens contexts and finds the one that the present work runs in, across every `await`, timer and callback. */
export interface ContextStore {
  /**
   * Runs `fn` in a context. Inside another one it takes from that what `context` does not say.
   *
   * @throws AnnalsError CONTEXT_INVALID
   */
  run<T>(context: Context, fn: () => T): T;
  /** The context of the present work, with `context` laid over it, without running anything in it. */
  open(context: Context): OpenContext;
  current(): OpenContext | undefined;
  /** Keeps the present context for a later function, also where no context would reach it by itself. */
  capture(): <T>(fn: () => T) => T;
  /** Where to look when `run` has opened none. The last one given is asked. */
  provide(provider: ContextProvider): void;
}

// One store for the process: bundlers such as that of Next.js load a module several times, and a context
// opened by one copy has to be found by another.
const key = Symbol.for("annals.context");
const processWide = globalThis as unknown as Record<
  symbol,
  AsyncLocalStorage<OpenContext | undefined> | undefined
>;

function storage(): AsyncLocalStorage<OpenContext | undefined> {
  processWide[key] ??= new AsyncLocalStorage();
  return processWide[key];
}

export function createContextStore(settings: ActorSettings): ContextStore {
  const opened = storage();
  let provided: ContextProvider | undefined;
  const isolate = <T>(context: OpenContext, fn: () => T) => opened.run(context, fn);
  const known = new WeakMap<object, OpenContext>();
  const fromProvider = (): OpenContext | undefined => {
    const found = provided?.();
    if (!found) return undefined;
    const openOnce = (provision: ProvidedContext | undefined) => {
      if (!provision) return undefined;
      const context = known.get(provision.key) ?? openContext(provision.read(), undefined, settings, isolate);
      known.set(provision.key, context);
      return context;
    };
    return awaitContext(found.then(openOnce), settings.onError);
  };
  const current = () => opened.getStore() ?? fromProvider();
  const open = (context: Context) => openContext(context, current(), settings, isolate);
  return {
    current,
    open,
    run(context, fn) {
      requireWork(fn, "annals.run");
      return opened.run(open(context), fn);
    },
    capture() {
      const kept = current()?.frozen();
      return (fn) => {
        requireWork(fn, "what annals.capture gave");
        return opened.run(kept, fn);
      };
    },
    provide(provider) {
      provided = provider;
    },
  };
}

function requireWork(fn: unknown, caller: string): void {
  requireUsage(
    typeof fn === "function",
    `${caller} was called without the work to do`,
    "Give it a function: annals.run({ actor }, () => work()).",
  );
}
