import { type FileHandle, open, rename, rm, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { AnnalsError } from "../errors.ts";
import { endOnClosedPipe } from "./closed-pipe.ts";

/** Where a command writes bytes. */
export interface Output {
  /** The file with its folder; undefined for standard output. */
  path: string | undefined;
  /** No faster than they are taken. Where they cannot be written, `body` is cancelled. */
  write(body: ReadableStream<Uint8Array>): Promise<void>;
  /** Everything is written: the file gets its name. */
  finish(): Promise<void>;
  /** Removes what was not finished. */
  discard(): Promise<void>;
}

/**
 * Standard output, or a file for the eyes of its owner: another name until everything is in it and on the disk.
 *
 * @throws AnnalsError USAGE where there can be no such file
 */
export async function openOutput(name: string | undefined): Promise<Output> {
  return name === undefined ? standardOutput() : openFile(resolve(name));
}

function standardOutput(): Output {
  return {
    path: undefined,
    async write(body) {
      // A reader that goes away is for the export to know: what it got is not all.
      process.stdout.off("error", endOnClosedPipe).on("error", () => {});
      try {
        await pipeline(Readable.fromWeb(body as never), process.stdout, { end: false });
      } catch (error) {
        const { code } = error as { code?: string };
        if (code !== "EPIPE") throw error;
        const message = "Whoever read standard output went away before the end";
        throw Object.assign(new Error(message, { cause: error }), { code });
      }
    },
    finish: async () => {},
    discard: async () => {},
  };
}

async function openFile(path: string): Promise<Output> {
  const partial = `${path}.${process.pid}.partial`;
  let file: FileHandle | undefined = await openPartial(path, partial);
  return {
    path,
    async write(body) {
      for await (const bytes of body) await file?.writeFile(bytes);
    },
    async finish() {
      await file?.sync();
      await file?.close();
      await rename(partial, path);
      file = undefined;
    },
    async discard() {
      if (!file) return;
      await file.close();
      await rm(partial, { force: true });
    },
  };
}

async function openPartial(path: string, partial: string): Promise<FileHandle> {
  try {
    if ((await stat(path)).isDirectory())
      throw Object.assign(new Error("it is a folder"), { code: "EISDIR" });
  } catch (error) {
    if ((error as { code?: string }).code !== "ENOENT") throw unwritable(path, error);
  }
  try {
    return await open(partial, "wx", 0o600);
  } catch (error) {
    throw unwritable(path, error);
  }
}

function unwritable(path: string, cause: unknown): AnnalsError {
  return new AnnalsError(
    "USAGE",
    `${path} cannot be written: ${(cause as Error).message}`,
    "Name a file in a folder that is there and may be written to.",
    { cause },
  );
}
