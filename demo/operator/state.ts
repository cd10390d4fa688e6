import { createHash, randomBytes } from "node:crypto";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { makeFolders } from "../../embedded/make-folders.ts";
import { AnnalsError } from "../../lib/errors.ts";

/** What one start tells the next: secrets, made once, and how far it has come. Readable by its owner alone. */
export interface State {
  /** Keys the session hashes and the console's cookies. */
  secret: string;
  /** Console users: name → password. */
  consolePasswords: Record<string, string>;
  /** Whom the shop and the console are to the database. Absent until made, and where none can be made. */
  databaseRoles: { shop?: LoginRole; console?: LoginRole };
  storyTold: boolean;
  /** Events of bulk history made so far. */
  bulkRows: number;
}

export interface LoginRole {
  name: string;
  password: string;
}

export function newSecret(bytes = 18): string {
  return randomBytes(bytes).toString("base64url");
}

export class StateFile {
  readonly #path: string;

  /** A database of the user's own has a state of its own: its passwords are not those of the embedded one. */
  constructor(folder: string, databaseUrl: string | undefined) {
    this.#path = join(folder, databaseUrl ? `state-${fingerprint(databaseUrl)}.json` : "state.json");
  }

  async read(): Promise<State> {
    const text = await readFile(this.#path, "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return undefined;
      throw error;
    });
    const blank: State = {
      secret: newSecret(32),
      consolePasswords: {},
      databaseRoles: {},
      storyTold: false,
      bulkRows: 0,
    };
    if (text === undefined) return blank;
    try {
      return { ...blank, ...JSON.parse(text) };
    } catch (cause) {
      const hint = "Delete it: the next start makes new passwords. The data is not touched.";
      throw new AnnalsError("CONFIG_INVALID", `${this.#path} is not JSON`, hint, { cause });
    }
  }

  /** Replaces the file in one step, so that a crash leaves the old one or the new one. */
  async write(state: State): Promise<void> {
    const next = `${this.#path}.new`;
    await writeFile(next, `${JSON.stringify(state, null, 2)}\n`, { mode: 0o600 });
    await rename(next, this.#path);
  }
}

/** Makes the folder where data and secrets are kept, unless it is there. @throws AnnalsError CONFIG_INVALID */
export async function makeFolder(folder: string): Promise<void> {
  try {
    makeFolders(folder);
  } catch (cause) {
    throw unusable("Cannot make the folder", folder, cause);
  }
  try {
    // More than a look at its mode: a file system may be read only, or full.
    const trial = join(folder, `.trial-${process.pid}`);
    await writeFile(trial, "x".repeat(4096));
    await rm(trial);
  } catch (cause) {
    throw unusable("Cannot write to the folder", folder, cause);
  }
}

function unusable(what: string, folder: string, cause: unknown): AnnalsError {
  const { code } = cause as NodeJS.ErrnoException;
  const isFull = code === "ENOSPC" || code === "EDQUOT";
  return new AnnalsError(
    "CONFIG_INVALID",
    `${what} ${folder} (${code})`,
    isFull
      ? "There is no space left: free some, or name a folder elsewhere with --data DIR."
      : "Name a folder that you may write to with --data DIR.",
    { cause },
  );
}

/** Host, port and database name; not the user, whose password may change. */
function fingerprint(databaseUrl: string): string {
  const { host, pathname } = new URL(databaseUrl);
  return createHash("sha256")
    .update(host + pathname)
    .digest("hex")
    .slice(0, 10);
}
