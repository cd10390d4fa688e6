import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";

const stopWithParent = new URL("./stop-with-parent.mjs", import.meta.url).href;

/** A Node process that ends when the demo does. Its output is kept back, for the case that it fails. */
export class Child {
  readonly process: ChildProcess;
  /** The last lines of what it said. */
  output = "";
  /** Resolves with the exit code, null when a signal ended it. */
  readonly ended: Promise<number | null>;

  constructor(
    args: string[],
    options: { cwd: string; env: NodeJS.ProcessEnv; show?: (text: string) => void },
  ) {
    this.process = spawn(process.execPath, ["--import", stopWithParent, ...args], {
      cwd: options.cwd,
      env: options.env,
      // A group of its own: Ctrl+C reaches the demo alone, which then stops its children in order.
      detached: true,
      stdio: ["pipe", "pipe", "pipe"],
    });
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.output = (this.output + text).slice(-20_000);
        options.show?.(text);
      });
    }
    this.process.stdin?.on("error", () => {}); // it may end first: the pipe carries nothing anyway
    this.ended = once(this.process, "close").then(([code]) => code as number | null);
  }

  get running(): boolean {
    return this.process.exitCode === null && this.process.signalCode === null;
  }

  /** Asks it to end; after `patience` ms it is made to, with all that it has started. */
  async stop(patience = 5_000): Promise<void> {
    if (!this.running) return;
    this.process.kill("SIGTERM");
    const timer = new AbortController();
    const late = sleep(patience, "late", { signal: timer.signal }).catch(() => "ended");
    if ((await Promise.race([this.ended, late])) === "late") this.#kill();
    timer.abort();
    await this.ended;
  }

  #kill(): void {
    try {
      if (this.process.pid) process.kill(-this.process.pid, "SIGKILL");
    } catch {
      this.process.kill("SIGKILL");
    }
  }
}
