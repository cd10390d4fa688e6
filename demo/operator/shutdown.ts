/** Ends what was started, last first, on Ctrl+C, on SIGTERM, or because something failed. */
export class Shutdown {
  readonly #steps: (() => Promise<void> | void)[] = [];
  #ending: Promise<void> | undefined;

  constructor() {
    const leave = () => void this.#end().finally(() => process.exit(0));
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, leave);
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

  /** Says what went wrong, ends everything, and exits. An error that comes of the ending itself is not one. */
  async fail(code: number, message: string): Promise<void> {
    if (this.begun) return;
    process.stderr.write(`\n${message}\n`);
    await this.#end();
    process.exit(code);
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
