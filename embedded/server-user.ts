import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { AnnalsError } from "../lib/errors.ts";

/** The account that the server runs under when it is not our own. */
export interface ServerUser {
  uid: number;
  gid: number;
}

/**
 * PostgreSQL refuses to run as root, so root lends the server another account: the owner of an existing data
 * directory, or else `nobody`. Nobody else needs (or could use) a change of account: `undefined`.
 */
export function serverUser(dir: string): ServerUser | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const owner = statSync(join(dir, "PG_VERSION"), { throwIfNoEntry: false });
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  // initdb looks its own account up by number, so one that is not in the file would not do.
  for (const line of readFileSync("/etc/passwd", "utf8").split("\n")) {
    const [name, , uid, gid] = line.split(":");
    if (name === "nobody") return { uid: Number(uid) >>> 0, gid: Number(gid) >>> 0 };
  }
  throw new AnnalsError(
    "DATABASE_UNREACHABLE",
    "PostgreSQL does not run as root, and there is no account “nobody” in /etc/passwd to run it under.",
    "Start as an ordinary user, or set DATABASE_URL to a PostgreSQL that is already running.",
  );
}
