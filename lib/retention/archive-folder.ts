import { randomBytes } from "node:crypto";
import { open, rm, stat, statfs } from "node:fs/promises";
import { join } from "node:path";
import { AnnalsError } from "../errors.ts";

const spare = 64 * 1024 * 1024;

/**
 * Makes sure that so many bytes can be written to the folder. It is not made: a path that is misspelt, or a volume
 * that is not mounted, would go unnoticed.
 *
 * @param freeOf how many bytes are free there; for tests
 * @throws AnnalsError ARCHIVE_FAILED
 */
export async function requireArchiveFolder(
  folder: string,
  bytes: number,
  freeOf: (folder: string) => Promise<number> = freeBytes,
): Promise<void> {
  const found = await stat(folder).catch(() => undefined);
  if (!found?.isDirectory()) {
    throw new AnnalsError(
      "ARCHIVE_FAILED",
      `The archive folder ${folder} ${found ? "is no folder" : "is not there"}`,
      "Make it, or mount the volume, and give the role that runs this the right to write to it. Nothing was dropped.",
    );
  }
  const probe = join(folder, `.annals-${randomBytes(6).toString("hex")}`);
  try {
    const file = await open(probe, "wx", 0o600);
    await file.close();
    await rm(probe);
  } catch (error) {
    throw new AnnalsError(
      "ARCHIVE_FAILED",
      `The archive folder ${folder} cannot be written to: ${(error as Error).message}`,
      "Give the user that runs this the right to write there. Nothing was dropped.",
      { cause: error },
    );
  }
  const free = await freeOf(folder);
  // Compressed it takes a fraction of that; but nobody knows of what.
  const needed = bytes + spare;
  if (free < needed) {
    throw new AnnalsError(
      "ARCHIVE_FAILED",
      `The archive folder ${folder} has ${megabytes(free)} MB free, and the next month may need ${megabytes(needed)} MB`,
      "Make room, or name another folder. Nothing was dropped of that month.",
    );
  }
}

async function freeBytes(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

function megabytes(bytes: number): string {
  return Math.ceil(bytes / 1e6).toLocaleString("en");
}
