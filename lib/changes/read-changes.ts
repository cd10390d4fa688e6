import type { Changes } from "./changes.ts";

/**
 * From the stored JSON text of `changes` to rows for a table.
 *
 * @throws SyntaxError when the text is not JSON
 */
export function readChanges(json: string | null): Changes {
  throw new Error(`not yet ${json}`);
}
