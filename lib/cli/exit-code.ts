import { CommanderError } from "commander";
import { AnnalsError, type ErrorCode } from "../errors.ts";

const badInput: ErrorCode[] = [
  "CONFIG_INVALID",
  "CONTEXT_INVALID",
  "EVENT_INVALID",
  "NOT_FOUND",
  "TABLE_NOT_FOUND",
  "TABLE_NOT_TRACKABLE",
  "USAGE",
];

/** 0 done · 1 failed, or drift found · 2 usage or bad input · 3 database unreachable. */
export type ExitCode = 0 | 1 | 2 | 3;

export function exitCodeOf(error: unknown): ExitCode {
  // Commander throws for `--help` and `--version` too, with exit code 0.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (!(error instanceof AnnalsError)) return 1;
  if (error.code === "DATABASE_UNREACHABLE") return 3;
  return badInput.includes(error.code) ? 2 : 1;
}
