import { AnnalsError } from "../../lib/errors.ts";

/** Ends what was started, last first, on Ctrl+C, on SIGTERM, or because something failed. */
export class Shutdown {
  readonly #steps: (() => Promise<void> | void)[] = [];
  #ending: Promise<void> | undefined;

  constructor() {
    const leave = () => void this.#end().finally(() => process.exit(0));
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, leave);
    process.on("unhandledRejection", (error) => void this.fail(error));
    // Where npm is killed by force, nobody is left who could be asked to stop this.
    const parent = process.ppid;
    const orphaned = () => process.ppid !== parent && leave();
    if (process.env.npm_lifecycle_event) setInterval(orphaned, 250).unref();
  }

  /** Whether the end has begun: then nothing new should be started. */
  get begun(): boolean {
    return this.#ending !== undefined;
  }

  /** Adds what undoes a step. Announce it before the step, for a signal may come in the middle of it. */
  add(step: () => Promise<void> | void): void {
    this.#steps.push(step);
  }

  /**
   * Says what went wrong, ends everything, and exits: 2 for wrong usage, else 1. Once the end has begun, an
   * error comes of that, as when a query loses its database, and is none.
   */
  async fail(error: unknown): Promise<void> {
    if (this.begun) return;
    process.stderr.write(`\n${explain(error)}\n`);
    await this.#end();
    process.exit(error instanceof AnnalsError && error.code === "USAGE" ? 2 : 1);
  }

  #end(): Promise<void> {
    this.#ending ??= this.#run();
    return this.#ending;
  }

  async #run(): Promise<void> {
    for (const step of this.#steps.reverse()) {
      try {
        await step();
      } catch (error) {
        process.stderr.write(`While stopping: ${error instanceof Error ? error.message : error}\n`);
      }
    }
  }
}

function explain(error: unknown): string {
  if (error instanceof AnnalsError) return `${error.message}\n${error.hint}`;
  const { code, message } = (error ?? {}) as { code?: string; message?: string };
  // Of the file system, and of PostgreSQL.
  if (code === "ENOSPC" || code === "53100") {
    return `There is no space left: ${message}\nFree some, or name a folder elsewhere with --data DIR.`;
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
