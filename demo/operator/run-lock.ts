import { execFileSync } from "node:child_process";
import { constants, copyFileSync, linkSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { AnnalsError } from "../../lib/errors.ts";

interface Holder {
  demo: Process;
  console?: Process;
}

/** A number alone says little: after a crash it may belong to another program. With its start it is unique. */
interface Process {
  pid: number;
  started: string;
}

/**
 * One demo for each data folder. The file names the processes, so that a start after a crash can tell a demo
 * that runs from one that is gone, and can end a console that outlived it.
 */
export class RunLock {
  readonly #path: string;
  #holder: Holder = { demo: describe(process.pid) };

  private constructor(path: string) {
    this.#path = path;
  }

  /**
   * Waits a moment for one that is ending.
   *
   * @throws AnnalsError CONFIG_INVALID when a demo runs on this folder
   */
  static async take(folder: string, patience = 5_000): Promise<RunLock> {
    const path = join(folder, "demo.pid");
    const until = Date.now() + patience;
    for (;;) {
      const lock = RunLock.#create(path);
      if (lock) return lock;
      const last = read(path);
      if (last && isRunning(last.demo)) {
        if (Date.now() > until) {
          const message = `A demo runs on ${folder} already (process ${last.demo.pid})`;
          const hint = "Stop it first, or start another one with --data DIR --port 0.";
          throw new AnnalsError("CONFIG_INVALID", message, hint);
        }
        await sleep(100);
        continue;
      }
      if (last?.console && isRunning(last.console)) process.kill(last.console.pid, "SIGKILL");
      clearLeftover(path, last);
    }
  }

  /** Of several at once one makes the file, whole: a link is there or it is not. */
  static #create(path: string): RunLock | undefined {
    const own = `${path}.${process.pid}`;
    const lock = new RunLock(path);
    lock.#write(own);
    try {
      linkOrCopy(own, path);
      return lock;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EEXIST") return undefined;
      throw error;
    } finally {
      rmSync(own, { force: true });
    }
  }

  noteConsole(pid: number | undefined): void {
    if (pid === undefined) return;
    this.#holder = { ...this.#holder, console: describe(pid) };
    this.#write(this.#path);
  }

  release(): void {
    rmSync(this.#path, { force: true });
  }

  #write(path: string): void {
    writeFileSync(path, `${JSON.stringify(this.#holder)}\n`, { mode: 0o600 });
  }
}

/** Some file systems have no links. @throws EEXIST when the file is there */
function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") throw error;
    copyFileSync(from, to, constants.COPYFILE_EXCL);
  }
}

/** Takes away what a demo that is gone has left, unless another start has done so and put its own there. */
function clearLeftover(path: string, seen: Holder | undefined): void {
  const aside = `${path}.old.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  const moved = read(aside);
  // Somebody was quicker, and this is theirs: back with it.
  if (moved && JSON.stringify(moved) !== JSON.stringify(seen)) renameSync(aside, path);
  else rmSync(aside, { force: true });
}

function read(path: string): Holder | undefined {
  try {
    const holder = JSON.parse(readFileSync(path, "utf8"));
    return holder?.demo?.started ? holder : undefined;
  } catch {
    return undefined; // no file, or one cut off by a crash: nobody holds the folder
  }
}

function describe(pid: number): Process {
  return { pid, started: startOf(pid) };
}

function isRunning({ pid, started }: Process): boolean {
  return started !== "" && startOf(pid) === started;
}

/** When a process began, in whatever words the system has for it; '' when there is no such process. */
function startOf(pid: number): string {
  try {
    // Field 22; the second, a name in parentheses, may hold spaces. Field 3 is Z for one that is dead already.
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
      .replace(/^.*\) /s, "")
      .split(" ");
    return fields[0] === "Z" ? "" : `${fields[19]}`;
  } catch {
    return process.platform === "linux" ? "" : startByPs(pid);
  }
}

function startByPs(pid: number): string {
  try {
    return execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" }).trim();
  } catch {
    return "";
  }
}
