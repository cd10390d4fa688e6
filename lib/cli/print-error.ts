import { CommanderError } from "commander";
import { AnnalsError } from "../errors.ts";

interface PrintedError {
  code: string;
  message: string;
  hint?: string;
}

/**
 * An error on standard error: what went wrong and what to do, or with `--json` the same as one JSON document.
 * Standard output keeps to results.
 */
export function printError(error: unknown, json: boolean): void {
  const { code, message, hint } = describe(error);
  if (json) {
    console.error(JSON.stringify({ error: { code, message, hint } }));
    return;
  }
  console.error(`annals: ${message}`);
  if (hint) console.error(`hint: ${hint}`);
}

function describe(error: unknown): PrintedError {
  if (error instanceof AnnalsError) return error;
  if (error instanceof CommanderError) {
    return {
      code: "USAGE",
      message: error.message.replace(/^error: /, "").replace(/\.$/, ""),
      hint: "`annals --help` lists the commands, `annals <command> --help` explains one.",
    };
  }
  const { message = String(error), code, hint, detail } = (error ?? {}) as Record<string, string | undefined>;
  // What PostgreSQL says beside its message is the best hint there is.
  return { code: code ?? "UNEXPECTED", message, hint: [detail, hint].filter(Boolean).join(" ") || undefined };
}
