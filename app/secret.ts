import { hkdfSync } from "node:crypto";
import { AnnalsError } from "@/lib/errors.ts";

const shortest = 32;

/**
 * A key of its own for each purpose, derived from ANNALS_SECRET, so that none can be turned into another.
 *
 * @throws AnnalsError CONFIG_INVALID when the secret is missing or shorter than 32 characters
 */
export function deriveKey(purpose: "session" | "address"): string {
  return Buffer.from(hkdfSync("sha256", readSecret(), "annals console", purpose, 32)).toString("base64url");
}

export function readSecret(): string {
  const secret = process.env.ANNALS_SECRET ?? "";
  if (secret.length >= shortest) return secret;
  throw new AnnalsError(
    "CONFIG_INVALID",
    secret === ""
      ? "ANNALS_SECRET is not set, and the console does not sign sessions without it."
      : `ANNALS_SECRET has ${secret.length} characters; at least ${shortest} are needed.`,
    "Set it to random text that stays the same over restarts, for example the output of `openssl rand -base64 48`.",
  );
}
