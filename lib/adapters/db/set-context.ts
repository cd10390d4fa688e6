import { storableText } from "../../context/clean-text.ts";

/**
 * A string constant of PostgreSQL, the same under every setting of the server. For statements of our own only,
 * where a parameter would cost a round trip: the driver asks for its type first.
 */
export function quoteLiteral(text: string): string {
  return `E'${storableText(text).replace(/\\/g, "\\\\").replace(/'/g, "''")}'`;
}

/** The statement that puts a context into the transaction it runs in, and only there. */
export function setContext(json: string): string {
  return `select set_config('annals.context', ${quoteLiteral(json)}, true)`;
}
