import type { Command } from "commander";
import type { AnnalsConfig } from "../config.ts";
import { AnnalsError, standbyServer } from "../errors.ts";
import type { Executor, SnapshotSource } from "../executor.ts";
import { explainConnectionError } from "../migrate/explain-connection-error.ts";
import { loadConfig } from "./load-config.ts";
import { databaseUrl, openDatabase } from "./open-database.ts";

/** What a command works with. */
export interface Desk {
  db: Executor;
  /** As of OpenDatabase. */
  lasting: Executor;
  /** One more connection, to read from while `db` writes. It is closed with the first one. */
  openReader(): Promise<SnapshotSource>;
  /** `host:port/database`. */
  place: string;
  config: AnnalsConfig;
  /** Why the configuration that is there was not read. */
  unloadable?: string;
  json: boolean;
  /** One line for whoever watches, on standard error; silent with `--json`. */
  note(line: string): void;
}

/** What a command found or did: as data for `--json`, and as text. */
export interface Answer {
  data: unknown;
  text: string;
  /** 1: it worked, and the answer is bad news. */
  exitCode?: 0 | 1;
}

/**
 * Runs one command: configuration, connection, work, answer on standard output. What goes wrong is thrown.
 *
 * @param right what to do when the role that is connected lacks a right
 * @param server what the work needs; a standby is turned away at once where that is a primary
 * @throws AnnalsError DATABASE_UNREACHABLE, and what the work throws
 */
export async function run(
  command: Command,
  right: string,
  work: (desk: Desk) => Promise<Answer>,
  server: "primary" | "primary or standby" = "primary",
): Promise<void> {
  const { databaseUrl: option, json = false } = command.optsWithGlobals<{
    databaseUrl?: string;
    json?: boolean;
  }>();
  const loaded = await loadConfig(process.cwd());
  const url = databaseUrl(option, loaded);
  const note = (line: string) => void (json || console.error(line));
  if (loaded.unloadable) note(`note: not read: ${loaded.unloadable}`);
  const application = `annals ${command.name()}`;
  const { db, lasting, place, isStandby, close } = await openDatabase(url, application);
  let closeReader = async () => {};
  const openReader = async () => {
    const reader = await openDatabase(url, application);
    closeReader = reader.close;
    return reader.snapshots;
  };
  try {
    if (isStandby && server === "primary") throw standbyServer(place);
    const {
      data,
      text,
      exitCode = 0,
    } = await work({
      db,
      lasting,
      openReader,
      place,
      config: loaded.config,
      unloadable: loaded.unloadable,
      json,
      note,
    });
    const output = json ? JSON.stringify(data, null, 2) : text;
    if (output) console.log(output);
    if (exitCode !== 0) process.exitCode = exitCode;
  } catch (error) {
    throw explainDatabaseError(explainConnectionError(error, place), right);
  } finally {
    await closeReader();
    await close();
  }
}

/** What PostgreSQL answers where we are not installed, or not let in. */
function explainDatabaseError(error: unknown, right: string): unknown {
  const { code, message } = error as { code?: string; message: string };
  if (code === "42501") return new AnnalsError("RIGHT_MISSING", message, right, { cause: error });
  if (["3F000", "42P01", "42883", "42703"].includes(code ?? "") && message.includes("annals")) {
    const hint = "Run `annals migrate` first.";
    return new AnnalsError(
      "NOT_MIGRATED",
      "Annals is not installed in this database, or not up to date",
      hint,
      {
        cause: error,
      },
    );
  }
  return error;
}
