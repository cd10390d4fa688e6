import type { OpenContext } from "../../context/open-context.ts";

/** What the adapters need of `annals`. */
export interface ContextReader {
  /** The context of the present work, if any. */
  context(): OpenContext | undefined;
}

/** The context as `annals.context` takes it; undefined for none. Plain when nothing has to be waited for. */
export function contextJson(context: OpenContext): string | undefined | Promise<string | undefined> {
  const flat = context.flat();
  if (flat instanceof Promise) return flat.then((late) => late && JSON.stringify(late));
  return flat && JSON.stringify(flat);
}
