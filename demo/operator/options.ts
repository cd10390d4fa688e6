import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { requireDatabaseUrl as readUrl } from "../../lib/adapters/db/database-url.ts";
import { AnnalsError } from "../../lib/errors.ts";

export interface Options {
  /** 0: any that is free. */
  port: number;
  /** Absolute. */
  data: string;
  /** Of the database to use in place of one of our own. */
  databaseUrl: string | undefined;
  /** Events of bulk history to make, besides the story. */
  rows: number;
  open: boolean;
  json: boolean;
  dev: boolean;
  help: boolean;
}

export const help = `Usage: npm run demo -- [options]

Starts everything that there is to see, on this machine alone: a PostgreSQL (the one at DATABASE_URL, or one
that npm has brought), a small shop that records its doings with Annals, and the Annals console. Prints the
address of the console and one sign-in for each role. Ctrl+C stops it; the next start finds the same data.

  --port N      port of the console (default 3000; 0 takes any that is free)
  --data DIR    where database and passwords are kept (default .demo)
  --rows N      add N events of history, to see the console at some size (about 5,000 a second)
  --no-open     do not open a browser
  --json        print one line of JSON when ready: {"url", "users": [{"role", "username", "password"}]}
  --dev         serve the console with hot reload, without building it
  --help        show this

Environment:
  DATABASE_URL  use this PostgreSQL (14 or newer) in place of one of our own. The demo makes the schemas
                "annals" and "shop" in it and, where it may, two login roles.
`;

/** @throws AnnalsError USAGE naming the argument, and what would be right */
export function parseOptions(
  args: readonly string[],
  { cwd, databaseUrl }: { cwd: string; databaseUrl: string | undefined },
): Options {
  const values = read(args);
  const { data = ".demo" } = values;
  if (data === "") throw usage("--data is empty", "Name a folder, such as --data /tmp/annals-demo.");
  return {
    port: wholeNumber("--port", values.port ?? "3000", 65_535),
    data: resolve(cwd, data),
    databaseUrl: requireDatabaseUrl(databaseUrl || undefined),
    rows: wholeNumber("--rows", values.rows ?? "0", 1_000_000_000),
    open: !values["no-open"] && !values.json,
    json: values.json ?? false,
    dev: values.dev ?? false,
    help: values.help ?? false,
  };
}

function read(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      strict: true,
      allowPositionals: false,
      options: {
        port: { type: "string" },
        data: { type: "string" },
        rows: { type: "string" },
        "no-open": { type: "boolean" },
        json: { type: "boolean" },
        dev: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    }).values;
  } catch (error) {
    const [message] = (error as Error).message.split(". ");
    throw usage(message ?? "bad arguments", "Run `npm run demo -- --help` to see what there is.");
  }
}

function wholeNumber(flag: string, text: string, most: number): number {
  const value = Number(text.replaceAll("_", ""));
  if (/^[\d_]+$/.test(text) && value <= most) return value;
  const shown = JSON.stringify(text.slice(0, 40));
  throw usage(`${flag} is ${shown}`, `It must be a whole number from 0 to ${most}.`);
}

function requireDatabaseUrl(url: string | undefined): string | undefined {
  try {
    return url === undefined ? undefined : readUrl(url);
  } catch (error) {
    const { message, hint } = error as AnnalsError;
    throw usage(message.replace("The database URL", "DATABASE_URL"), hint);
  }
}

function usage(message: string, hint: string): AnnalsError {
  return new AnnalsError("USAGE", message, hint);
}
