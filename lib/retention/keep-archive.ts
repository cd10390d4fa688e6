import { constants } from "node:fs";
import { copyFile, link, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { AnnalsError } from "../errors.ts";
import { type ArchiveContent, readArchive } from "./read-archive.ts";

/** An archive under the name that it keeps: `name` has no ending. */
export interface KeptArchive {
  name: string;
  content: ArchiveContent;
}

/**
 * Gives a finished file the first free of the names `stem`, `stem-2`, … and writes over nothing: what lies there is of
 * an older state of the month, or of a database of that name on another server, which may be at work in this moment.
 * Only where the same content lies there already, of a run that was ended before it dropped the month, that is kept.
 *
 * @throws AnnalsError ARCHIVE_FAILED and whatever the disk says
 */
export async function keepArchive(
  partial: string,
  folder: string,
  stem: string,
  content: ArchiveContent,
): Promise<KeptArchive> {
  for (let count = 1; ; count += 1) {
    const name = count === 1 ? stem : `${stem}-${count}`;
    if (await isOfOther(join(folder, `${name}.manifest.json`), content)) continue;
    const path = join(folder, `${name}.ndjson.gz`);
    const there = (await giveName(partial, path)) ? content : await contentOf(path);
    if (there?.contentSha256 !== content.contentSha256) continue;
    await rm(partial, { force: true });
    return { name, content: there };
  }
}

/** The file may have been taken to another place, and its manifest be what is left here. */
async function isOfOther(manifestPath: string, { contentSha256 }: ArchiveContent): Promise<boolean> {
  const text = await readFile(manifestPath, "utf8").catch(unlessAbsent);
  return text !== undefined && !text.includes(`"contentSha256": "${contentSha256}"`);
}

/** False where something has that name: unlike `rename`, a link does not replace it. */
async function giveName(partial: string, path: string): Promise<boolean> {
  try {
    await link(partial, path);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    // Some file systems have no links.
    if (!["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"].includes(codeOf(error))) throw error;
  }
  try {
    await copyFile(partial, path, constants.COPYFILE_EXCL);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}

/** Undefined where that is no whole archive. */
async function contentOf(path: string): Promise<ArchiveContent | undefined> {
  return readArchive(path).catch((error) => {
    if (error instanceof AnnalsError) return undefined;
    throw error;
  });
}

function unlessAbsent(error: unknown): undefined {
  if (codeOf(error) !== "ENOENT") throw error;
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? "";
}
