import { databaseUrl } from "./cluster-access.ts";
import { chooseDataDirectory } from "./data-directory.ts";
import { launchServer } from "./launch-server.ts";
import type { Settings } from "./spawn-server.ts";
import { stopServer } from "./stop-server.ts";
import { watchServer } from "./watch-server.ts";

export interface StartOptions {
  /** Where the data is kept; made when absent, and used again by the next start. */
  dir: string;
  /** A fixed port; by default any that is free. */
  port?: number;
  /** The database that `url` names; made when absent. Default `annals`. */
  database?: string;
  /** Settings of the server, over `modestSettings`. An adopted server keeps the ones that it has. */
  settings?: Settings;
  /** Takes one line for each thing that a person waiting would like to know. */
  log?: (line: string) => void;
}

export interface StartedDatabase {
  url: string;
  port: number;
  /** Where the data really is: elsewhere than wanted when the server could not use that folder. */
  dir: string;
  /** The server ran already: its launcher was killed, or is another one that still runs. */
  adopted: boolean;
  /** Number of the server process, for an emergency exit; `stop` is the way to end it. */
  pid: number;
  /** Resolves when the server has ended without `stop`: killed, or stopped by somebody else. */
  ended: Promise<void>;
  /** Stops the server and waits for it, unless another launcher uses it too. Safe to call twice. */
  stop(): Promise<void>;
}

/** For a laptop: console and database together stay below 400 MB. */
const modestSettings: Settings = {
  shared_buffers: "64MB",
  work_mem: "8MB",
  maintenance_work_mem: "64MB",
  max_connections: 60,
  max_wal_size: "512MB",
};

/**
 * Starts a real PostgreSQL on 127.0.0.1 from the binaries that npm has brought (or those of the system), under
 * an account that PostgreSQL accepts, on a data directory that survives a crash of the server, of the launcher
 * or of both. Superuser `postgres`, no password: for demonstration, development and tests only.
 *
 * @throws AnnalsError DATABASE_UNREACHABLE when there is no PostgreSQL here, or none that will start
 */
export async function startDatabase(options: StartOptions): Promise<StartedDatabase> {
  const { database = "annals", log = () => {} } = options;
  const { dir, user, movedBecause } = chooseDataDirectory(options.dir);
  if (movedBecause) log(`The data is kept in ${dir}, for ${options.dir} will not do: ${movedBecause}.`);
  const settings = { ...modestSettings, ...options.settings };
  const server = await launchServer({ dir, user, port: options.port, settings, log });
  try {
    await server.access.ensureDatabase(database);
  } catch (error) {
    await stopServer(server);
    throw error;
  }
  let stopping: Promise<void> | undefined;
  const watch = watchServer(server.pid);
  return {
    url: databaseUrl(server.port, database),
    port: server.port,
    dir,
    adopted: server.adopted,
    pid: server.pid,
    ended: watch.ended,
    stop() {
      watch.leave();
      stopping ??= stopServer(server);
      return stopping;
    },
  };
}
