import { execFileSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
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
    this.#write();
  }

  /**
   * Waits a moment for one that is ending.
   *
   * @throws AnnalsError CONFIG_INVALID when a demo runs on this folder
   */
  static async take(folder: string, patience = 5_000): Promise<RunLock> {
    const path = join(folder, "demo.pid");
    const last = read(path);
    const until = Date.now() + patience;
    while (last && isRunning(last.demo)) {
      if (Date.now() > until) {
        const message = `A demo runs on ${folder} already (process ${last.demo.pid})`;
        const hint = "Stop it first, or start another one with --data DIR --port 0.";
        throw new AnnalsError("CONFIG_INVALID", message, hint);
      }
      await sleep(100);
    }
    if (last?.console && isRunning(last.console)) process.kill(last.console.pid, "SIGKILL");
    return new RunLock(path);
  }

  noteConsole(pid: number | undefined): void {
    if (pid === undefined) return;
    this.#holder = { ...this.#holder, console: describe(pid) };
    this.#write();
  }

  release(): void {
    rmSync(this.#path, { force: true });
  }

  #write(): void {
    writeFileSync(this.#path, `${JSON.stringify(this.#holder)}\n`, { mode: 0o600 });
  }
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
