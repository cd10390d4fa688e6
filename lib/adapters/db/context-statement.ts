import type { OpenContext } from "../../context/open-context.ts";
import { setContext } from "./set-context.ts";

/** What the adapters need of `annals`. */
export interface ContextReader {
  /** The context of the present work, if any. */
  context(): OpenContext | undefined;
}

const last = new WeakMap<OpenContext, { json: string; statement: string }>();

/** The statement that puts a context into a transaction; undefined for none. Plain where nothing has to be waited for. */
export function contextStatement(context: OpenContext): string | undefined | Promise<string | undefined> {
  const json = context.json();
  return json instanceof Promise
    ? json.then((late) => statementOf(context, late))
    : statementOf(context, json);
}

function statementOf(context: OpenContext, json: string | undefined): string | undefined {
  if (json === undefined) return undefined;
  const known = last.get(context);
  if (known?.json === json) return known.statement;
  const statement = setContext(json);
  last.set(context, { json, statement });
  return statement;
}
