import { accessSync, constants, realpathSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname } from "node:path";

/**
 * Temporary folders that we can write to, best first. /var/tmp comes before the rest because it survives a
 * restart and is not held in memory.
 */
export function scratchFolders(needsOthers: boolean): string[] {
  const wanted = process.platform === "win32" ? [tmpdir()] : ["/var/tmp", tmpdir(), "/tmp"];
  return wanted.filter((folder) => isWritable(folder) && (!needsOthers || isReachable(folder)));
}

/** Whether an account other than ours can get to the folder: each folder on the way lets others pass. */
export function isReachable(folder: string): boolean {
  let current = realpathSync(folder);
  while ((statSync(current).mode & 0o001) !== 0) {
    const parent = dirname(current);
    if (parent === current) return true;
    current = parent;
  }
  return false;
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
