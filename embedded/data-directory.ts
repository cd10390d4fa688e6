import { createHash } from "node:crypto";
import { chmodSync, chownSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { AnnalsError } from "../lib/errors.ts";
import { makeFolders } from "./make-folders.ts";
import { isReachable, scratchFolders } from "./scratch-folders.ts";
import { type ServerUser, serverUser } from "./server-user.ts";

/** Where the data lives, under which account, and why it is not where it was wanted, if it is not. */
export interface DataDirectory {
  dir: string;
  user: ServerUser | undefined;
  movedBecause?: string;
}

/**
 * The wanted folder where PostgreSQL can use it; else one in /var/tmp that is always the same for that wanted
 * folder, so that a second start finds the data again. The folder itself is not made, its parent is.
 */
export function chooseDataDirectory(wanted: string): DataDirectory {
  const here = resolve(wanted);
  const user = serverUser(here);
  const obstacle = findObstacle(here, user);
  if (!obstacle) return { dir: here, user };

  const key = createHash("sha256").update(here).digest("hex").slice(0, 12);
  const name = `annals-data-${process.getuid?.() ?? 0}-${key}`;
  const reasons = [`${here}: ${obstacle}`];
  for (const folder of scratchFolders(user !== undefined)) {
    const dir = join(folder, name);
    const there = serverUser(dir);
    const next = findObstacle(dir, there);
    if (!next) return { dir, user: there, movedBecause: obstacle };
    reasons.push(`${dir}: ${next}`);
  }
  throw new AnnalsError(
    "DATABASE_UNREACHABLE",
    `No folder for the data of PostgreSQL:\n${reasons.map((line) => `  - ${line}`).join("\n")}`,
    "Name a folder that you may write to, or set DATABASE_URL to a server that is already running.",
  );
}

/** Why a server under that account could not keep its data here, or undefined when it could. */
function findObstacle(dir: string, user: ServerUser | undefined): string | undefined {
  try {
    makeFolders(dirname(dir));
    const existing = statSync(dir, { throwIfNoEntry: false });
    const uid = user?.uid ?? process.getuid?.();
    if (existing && existing.uid !== uid && statSync(join(dir, "PG_VERSION"), { throwIfNoEntry: false })) {
      return `it belongs to another user (uid ${existing.uid})`;
    }
    if (user && !isReachable(dirname(dir))) return "a folder above it is closed to the account of the server";
    return findTrialObstacle(dir, user);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code && ["EACCES", "EPERM", "EROFS", "ENOENT"].includes(code)) return message;
    throw error;
  }
}

/** Some mounts (of Windows or macOS folders, for one) take a change of owner or mode and do not do it. */
function findTrialObstacle(dir: string, user: ServerUser | undefined): string | undefined {
  if (process.platform === "win32") return undefined;
  const trial = mkdtempSync(join(dirname(dir), `${basename(dir)}.try-`));
  try {
    chmodSync(trial, 0o700);
    if (user) chownSync(trial, user.uid, user.gid);
    const { mode, uid } = statSync(trial);
    const isPrivate = (mode & 0o077) === 0 && (!user || uid === user.uid);
    return isPrivate ? undefined : "its file system does not keep owners and modes";
  } finally {
    rmSync(trial, { recursive: true });
  }
}
