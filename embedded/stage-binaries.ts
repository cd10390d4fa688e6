import { createHash } from "node:crypto";
import {
  chmodSync,
  cpSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { join } from "node:path";
import { AnnalsError } from "../lib/errors.ts";
import { linkLibraries } from "./link-libraries.ts";
import { scratchFolders } from "./scratch-folders.ts";

/**
 * Copies PostgreSQL (about 60 MB, once) to a place from which any account can run it: needed for a checkout
 * below a private home, and for one that is read-only and lacks the library links.
 *
 * @returns the copy of `native`, or undefined when there is no temporary folder to put it in
 */
export function stageBinaries(native: string): string | undefined {
  const isRoot = process.getuid?.() === 0;
  const base = scratchFolders(isRoot)[0];
  if (!base) return undefined;
  // Another version in the same place is another copy.
  const { size, mtimeMs } = statSync(join(native, "bin/postgres"));
  const key = createHash("sha256").update(`${native} ${size} ${mtimeMs}`).digest("hex").slice(0, 12);
  const target = join(base, `annals-postgres-${process.getuid?.() ?? 0}-${key}`);
  if (isOurs(target)) return target;

  const copy = mkdtempSync(`${target}-`);
  cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
  openToAll(copy);
  linkLibraries(copy);
  try {
    renameSync(copy, target);
  } catch (error) {
    rmSync(copy, { recursive: true });
    // Another launcher may have put its copy there in the meantime.
    if (isOurs(target)) return target;
    throw new AnnalsError(
      "DATABASE_UNREACHABLE",
      `${target} is in the way of a copy of PostgreSQL: others made it or can change it.`,
      "Delete it, or set DATABASE_URL to a server that is already running.",
      { cause: error },
    );
  }
  return target;
}

/** The name can be guessed and the folder is open to all, so a copy that others made or can change is not run. */
function isOurs(folder: string): boolean {
  const found = lstatSync(folder, { throwIfNoEntry: false });
  if (!found) return false;
  return found.isDirectory() && found.uid === (process.getuid?.() ?? found.uid) && (found.mode & 0o022) === 0;
}

/** Undoes a strict umask: read for all, and execute where the owner may. */
function openToAll(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) openToAll(path);
    else if (entry.isFile()) chmodSync(path, lstatSync(path).mode & 0o100 ? 0o755 : 0o644);
  }
}
