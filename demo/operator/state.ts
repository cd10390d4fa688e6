import { createHash, randomBytes } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
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

export async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (cause) {
    const hint = "Name a folder that you may write to with --data DIR.";
    throw new AnnalsError("CONFIG_INVALID", `Cannot make the folder ${folder}`, hint, { cause });
  }
}

/** Host, port and database name; not the user, whose password may change. */
function fingerprint(databaseUrl: string): string {
  const { host, pathname } = new URL(databaseUrl);
  return createHash("sha256")
    .update(host + pathname)
    .digest("hex")
    .slice(0, 10);
}
