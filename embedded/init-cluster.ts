import { execFile } from "node:child_process";
import { chownSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";
import { AnnalsError } from "../lib/errors.ts";
import { childEnvironment } from "./child-environment.ts";
import type { Binaries } from "./find-binaries.ts";
import { isAlive } from "./running-server.ts";
import type { ServerUser } from "./server-user.ts";

const run = promisify(execFile);
let attempts = 0;

/**
 * Makes a new cluster in `dir` unless there is one: superuser `postgres`, UTF-8, C collation.
 *
 * It is made beside and renamed into place, so a launcher that dies half way leaves nothing broken behind, and
 * of two launchers at once one simply comes second.
 */
export async function initCluster(dir: string, binaries: Binaries, user?: ServerUser): Promise<void> {
  if (existsSync(join(dir, "PG_VERSION"))) return;
  if (existsSync(dir) && readdirSync(dir).length > 0) {
    throw new AnnalsError(
      "DATABASE_UNREACHABLE",
      `${dir} holds files, but no PostgreSQL data.`,
      "Name an empty folder, or one that does not exist yet.",
    );
  }
  removeUnfinished(dir);
  attempts += 1;
  const unfinished = `${dir}.new-${process.pid}-${attempts}`;
  mkdirSync(unfinished, { recursive: true, mode: 0o700 });
  if (user) chownSync(unfinished, user.uid, user.gid);
  try {
    const options = ["-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"];
    await run(join(binaries.folder, "initdb"), ["-D", unfinished, ...options], {
      ...user,
      cwd: "/",
      env: childEnvironment(),
      timeout: 120_000,
    });
    moveIntoPlace(unfinished, dir);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    const { stderr, message } = error as Error & { stderr?: string };
    throw new AnnalsError(
      "DATABASE_UNREACHABLE",
      `initdb could not make a database in ${dir}: ${(stderr?.trim() || message).slice(-1000)}`,
      /effective user ID/.test(stderr ?? "")
        ? "Run as a user that has an entry in /etc/passwd, or set DATABASE_URL to a running server."
        : "Free some space or name another folder, or set DATABASE_URL to a running server.",
      { cause: error },
    );
  }
}

function moveIntoPlace(unfinished: string, dir: string): void {
  try {
    // Windows does not rename onto an existing folder, even an empty one.
    if (process.platform === "win32" && existsSync(dir)) rmSync(dir, { recursive: true });
    renameSync(unfinished, dir);
  } catch (error) {
    if (!existsSync(join(dir, "PG_VERSION"))) throw error;
    rmSync(unfinished, { recursive: true });
  }
}

/** What launchers that were killed during initdb have left. */
function removeUnfinished(dir: string): void {
  const prefix = `${basename(dir)}.new-`;
  for (const name of readdirSync(dirname(dir))) {
    if (!name.startsWith(prefix)) continue;
    const pid = Number(name.slice(prefix.length).split("-")[0]);
    if (!isAlive(pid)) rmSync(join(dirname(dir), name), { recursive: true, force: true });
  }
}
