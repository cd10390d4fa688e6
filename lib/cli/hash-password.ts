import { AnnalsError } from "../errors.ts";

// The floor of OWASP for argon2id; 45 ms on a small machine.
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** In characters. */
export const shortestPassword = 12;
const longest = 1024;

/**
 * The argon2id hash of a password, as `annals.console_user` keeps it.
 *
 * @throws AnnalsError USAGE when it is shorter than 12 characters or longer than 1,024
 */
export async function hashPassword(password: string): Promise<string> {
  const length = [...password].length;
  if (length < shortestPassword || length > longest) {
    throw new AnnalsError(
      "USAGE",
      `The password has ${length} characters`,
      `It must have ${shortestPassword} to ${longest.toLocaleString("en")}; a few words in a row do well.`,
    );
  }
  // Loaded only here: it is native code, and no other command needs it.
  const { hash } = await import("@node-rs/argon2");
  return hash(password, cost);
}
