import { createHmac } from "node:crypto";

/**
 * A session's identity without the session: the first 32 hex digits (128 bits) of HMAC-SHA256(secret, id).
 * The same session gives the same hash, and without the secret no id can be tried against it.
 */
export function sessionHash(secret: string, sessionId: string): string {
  return createHmac("sha256", secret).update(sessionId).digest("hex").slice(0, 32);
}
