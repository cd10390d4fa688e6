import type { Result } from "./result.ts";

/** Given on the command line: a whole number such as `--kills 20`, or, where the default is one, a text. */
export interface Flag {
  help: string;
  default: number | string;
}

/** What a bench gets: its flags, and a way to tell a person who waits how far it is. */
export interface BenchRun {
  flag(name: string): number;
  text(name: string): string;
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
