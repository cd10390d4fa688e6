import type { Result } from "./result.ts";

/** A whole number given on the command line, such as `--kills 20`. */
export interface Flag {
  help: string;
  default: number;
}

/** What a bench gets: its flags, and a way to tell a person who waits how far it is. */
export interface BenchRun {
  flag(name: string): number;
  say(line: string): void;
}

/** One claim of the project with the script that measures it. */
export interface Bench {
  name: string;
  /** One line for the list. */
  summary: string;
  flags: Record<string, Flag>;
  run(run: BenchRun): Promise<Result[]>;
}
