import { Command, CommanderError } from "commander";
import { AnnalsError } from "../errors.ts";
import { version } from "../migrate/version.ts";
import { defineCheck } from "./check.ts";
import { endOnClosedPipe } from "./closed-pipe.ts";
import { exitCodeOf } from "./exit-code.ts";
import { defineExport } from "./export.ts";
import { defineMigrate } from "./migrate.ts";
import { printError } from "./print-error.ts";
import { defineRelay } from "./relay.ts";
import { defineRetention } from "./retention.ts";
import { defineStatus } from "./status.ts";
import { defineTrack } from "./track.ts";
import { defineUntrack } from "./untrack.ts";
import { defineUser } from "./user.ts";

const examples = `
Getting started:
  $ export DATABASE_URL=postgres://me@localhost/shop
  $ annals migrate                 install schema annals
  $ annals track orders customers  record every change of these tables
  $ annals relay                   file what was recorded, for as long as this runs
  $ annals user add ada --role superuser
  $ annals export audit --filter on=2026-03 --out march.ndjson

The database is the one of --database-url, else of DATABASE_URL, else \`database\` of annals.config.{ts,mts,js,mjs,json}.
Exit codes: 0 done · 1 failed, or drift found · 2 usage or bad input · 3 database unreachable`;

/** The command line: runs the command that the arguments name, and returns the exit code. */
export async function main(args: readonly string[]): Promise<number> {
  process.stdout.on("error", endOnClosedPipe);
  const json = args.includes("--json");
  const program = createProgram(json);
  try {
    await program.parseAsync([...args], { from: "user" });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    const code = exitCodeOf(error);
    // Without any command the help has been printed, and says it all; to a program in our form.
    const isHelp = error instanceof CommanderError && error.code === "commander.help";
    if (code !== 0 && !(isHelp && !json)) printError(isHelp ? noCommand() : error, json);
    return code;
  }
}

function noCommand(): AnnalsError {
  const hint = "`annals --help` lists the commands, `annals <command> --help` explains one.";
  return new AnnalsError("USAGE", "No command is named", hint);
}

function createProgram(json: boolean): Command {
  const program = new Command("annals")
    .description(
      "Audit trail in your PostgreSQL: who changed what, when, from where, in which request, and why.",
    )
    .version(version)
    .option("--database-url <url>", "where the database is (default: $DATABASE_URL, then annals.config)")
    .option("--json", "print one JSON document instead of text; errors too, on standard error")
    .configureHelp({ showGlobalOptions: true })
    // Errors are printed in one place, in our form.
    .configureOutput({ outputError: () => {}, ...(json && { writeErr: () => {} }) })
    .exitOverride()
    .addHelpText("after", examples);
  for (const define of [
    defineMigrate,
    defineTrack,
    defineUntrack,
    defineCheck,
    defineRelay,
    defineStatus,
    defineRetention,
    defineExport,
    defineUser,
  ]) {
    define(program);
  }
  return program;
}
