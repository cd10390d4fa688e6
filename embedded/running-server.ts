import { readFileSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What `postmaster.pid` says of a server that is there. */
export interface RunningServer {
  pid: number;
  port: number;
  isReady: boolean;
}

/** The server that runs on this data directory, or undefined when the file is absent or left by a dead one. */
export function findRunningServer(dir: string): RunningServer | undefined {
  const lines = readPidFile(dir);
  const pid = Number(lines?.[0]);
  if (!lines || !isRunning(pid) || isStranger(pid, dir)) return undefined;
  return { pid, port: Number(lines[3]), isReady: lines[7]?.trim() === "ready" };
}

/**
 * PostgreSQL will not start while the number in a leftover `postmaster.pid` is some living process: a zombie
 * that nobody reaps (a container without an init), or a stranger that got the number. Our own number in its
 * place makes it look no further at the process, as for a file that its own parent left, and still check that
 * the shared memory named in the file is out of use; removing the file would lose that check.
 */
export function disownPidFile(dir: string): void {
  const lines = readPidFile(dir);
  const pid = Number(lines?.[0]);
  if (!lines || !isAlive(pid) || (isRunning(pid) && !isStranger(pid, dir))) return;
  writeFileSync(join(dir, "postmaster.pid"), [process.pid, ...lines.slice(1)].join("\n"));
}

/** Alive in the sense of the system: a zombie counts. */
export function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Alive and no zombie. */
export function isRunning(pid: number): boolean {
  // “pid (name) state …”; the name may hold brackets and blanks.
  return isAlive(pid) && !/\) Z [^)]*$/.test(readProcess(pid, "stat") ?? "");
}

/** Certain that this process is no server of this directory. Where /proc is missing nothing is certain. */
function isStranger(pid: number, dir: string): boolean {
  const command = readProcess(pid, "cmdline");
  if (!command) return false;
  const words = command.split("\0");
  const data = words[words.indexOf("-D") + 1];
  if (!/(^|\/)postgres$/.test(words[0] ?? "")) return true;
  return words.includes("-D") && data !== undefined && realPath(data) !== realPath(dir);
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function readProcess(pid: number, file: string): string | undefined {
  return readIfThere(`/proc/${pid}/${file}`);
}

function readPidFile(dir: string): string[] | undefined {
  return readIfThere(join(dir, "postmaster.pid"))?.split("\n");
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    // ESRCH: the process ended between opening and reading.
    if (["ENOENT", "ESRCH"].includes((error as NodeJS.ErrnoException).code ?? "")) return undefined;
    throw error;
  }
}
