import postgres from "postgres";
import { requireDatabaseUrl } from "../adapters/db/database-url.ts";
import { snapshotsOf } from "../adapters/db/open-snapshot.ts";
import { PatientClient } from "../adapters/db/patient-client.ts";
import { executorOf } from "../adapters/db/postgres-js.ts";
import { AnnalsError } from "../errors.ts";
import type { Executor, SnapshotSource } from "../executor.ts";
import { explainConnectionError } from "../migrate/explain-connection-error.ts";
import { type LoadedConfig, unloadableHint } from "./load-config.ts";

/** What the server may take for one statement of `lasting`. */
export const longestMs = 30_000;

/** One connection, and where it leads, without a password. */
export interface OpenDatabase {
  db: Executor;
  /**
   * The same, connecting anew after an end or a silence of the server. No statement may take longer than `longestMs`,
   * and nothing may hang on the session.
   */
  lasting: Executor;
  /** `host:port/database`. */
  place: string;
  /** Whether nothing can be written there. */
  isStandby: boolean;
  /** The same connection, to read snapshots from: while one is open, `db` has to be left alone. */
  snapshots: SnapshotSource;
  close(): Promise<void>;
}

/**
 * Where the database is: the option, else DATABASE_URL, else `database` of the configuration.
 *
 * @throws AnnalsError CONFIG_INVALID
 */
export function databaseUrl(option: string | undefined, { config, unloadable }: LoadedConfig): string {
  const fromConfig = typeof config.database === "string" ? config.database : undefined;
  const url = option ?? (process.env.DATABASE_URL || undefined) ?? fromConfig;
  if (url === undefined) {
    const reason =
      config.database === undefined
        ? ""
        : " (the configuration holds a client, and the command line needs a URL)";
    throw new AnnalsError(
      "CONFIG_INVALID",
      `No database is named${unloadable ? `, and ${unloadable}` : reason}`,
      "Set DATABASE_URL, or give --database-url postgres://user@host/name, or put `database` into annals.config." +
        (unloadable ? ` ${unloadableHint}` : ""),
    );
  }
  return requireDatabaseUrl(url);
}

/**
 * Connects, and proves it by a first statement.
 *
 * @throws AnnalsError DATABASE_UNREACHABLE
 */
export async function openDatabase(url: string, application: string): Promise<OpenDatabase> {
  const { hostname, port, pathname } = new URL(url);
  const place = `${hostname || "localhost"}:${port || 5432}${pathname}`;
  const connect = () =>
    postgres(url, {
      max: 1,
      // A migration's lock lives as long as its session.
      max_lifetime: null,
      connect_timeout: 10,
      onnotice: () => {},
      connection: { application_name: application },
    });
  const client = new PatientClient(connect, longestMs + 2500);
  const { sql } = client;
  // What is still asked then is not waited for by anybody, and a server that is silent does not say goodbye either.
  const close = () => client.sql.end({ timeout: 1 });
  try {
    const [row] = await sql`select pg_catalog.pg_is_in_recovery() as "isStandby"`;
    const isStandby = row?.isStandby === true;
    return { db: executorOf(sql), lasting: client.db, place, isStandby, snapshots: snapshotsOf(sql), close };
  } catch (error) {
    await close();
    throw explainConnectionError(error, place);
  }
}
