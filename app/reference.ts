import { randomBytes } from "node:crypto";

/**
 * Writes an error to the log of the server under a short reference, and returns that: what a reader can quote
 * and an operator can find. No word of the error itself reaches the page.
 */
export function reportError(what: string, error: unknown): string {
  const reference = randomBytes(4)
    .toString("hex")
    .replace(/^(.{4})/, "$1-");
  console.error(`annals console [${reference}] ${what}:`, error);
  return reference;
}
