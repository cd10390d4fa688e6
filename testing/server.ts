import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findRunningServer, isAlive, isRunning } from "../embedded/running-server.ts";
import { startDatabase } from "../embedded/start-database.ts";

/** A server for one run of tests, and what is left to do when the run is over. */
export interface TestServer {
  /** Of a superuser, on a database to connect to for making others. */
  url: string;
  stop(): Promise<void>;
}

const prefix = "annals-test-";

// Nothing here has to survive: without flushing, cloning a database takes 50 ms instead of 2 s.
const fast = { fsync: false, full_page_writes: false, synchronous_commit: false, max_connections: 200 };

/** The server that TEST_DATABASE_URL names, or else one of our own on a folder that goes with the run. */
export async function startTestServer(): Promise<TestServer> {
  const given = process.env.TEST_DATABASE_URL;
  if (given) return { url: given, stop: async () => {} };
  clearLeftovers();
  const dir = mkdtempSync(join(tmpdir(), `${prefix}${process.pid}-`));
  // Root's server runs under another account.
  chmodSync(dir, 0o755);
  const server = await startDatabase({ dir: join(dir, "data"), database: "postgres", settings: fast });
  const abort = () => void (isRunning(server.pid) && process.kill(server.pid, "SIGQUIT"));
  const end = () => process.exit(143);
  process.once("exit", abort).once("SIGTERM", end).once("SIGHUP", end);
  return {
    url: server.url,
    async stop() {
      process.off("exit", abort).off("SIGTERM", end).off("SIGHUP", end);
      await server.stop();
      for (const folder of [server.dir, dir]) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Servers and folders of runs that were killed before they could tidy up. */
function clearLeftovers(): void {
  for (const name of readdirSync(tmpdir())) {
    const owner = new RegExp(`^${prefix}(\\d+)-`).exec(name)?.[1];
    const dir = join(tmpdir(), name);
    if (!owner || isAlive(Number(owner)) || statSync(dir).uid !== process.getuid?.()) continue;
    const server = findRunningServer(join(dir, "data"));
    if (server) process.kill(server.pid, "SIGQUIT");
    rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
  }
}
