import { randomBytes } from "node:crypto";
import { hash, verify } from "@node-rs/argon2";

let decoy: Promise<string> | undefined;

/**
 * Whether the password is the one that was hashed. Without a hash, for a user that does not exist, it takes
 * as long (the package's defaults on both sides: argon2id, 19 MiB, two passes, 45 ms here) and says no, so
 * that the time of the answer does not tell who exists.
 */
export async function matchesPassword(passwordHash: string | undefined, password: string): Promise<boolean> {
  decoy ??= hash(randomBytes(16));
  const matches = await verify(passwordHash ?? (await decoy), password);
  return passwordHash !== undefined && matches;
}
