import { setTimeout as sleep } from "node:timers/promises";
import { AnnalsError } from "../lib/errors.ts";
import { type ClusterAccess, openCluster } from "./cluster-access.ts";
import { findBinaries } from "./find-binaries.ts";
import { initCluster } from "./init-cluster.ts";
import { disownPidFile, findRunningServer } from "./running-server.ts";
import type { ServerUser } from "./server-user.ts";
import { findFreePort, type Settings, spawnServer } from "./spawn-server.ts";

/** A server that answers, joined by this launcher. */
export interface Server {
  access: ClusterAccess;
  dir: string;
  pid: number;
  port: number;
  adopted: boolean;
}

interface Launch {
  dir: string;
  user: ServerUser | undefined;
  port: number | undefined;
  settings: Settings;
  log: (line: string) => void;
}

const patience = 60_000;

/** Adopts the server that runs on the directory, or starts one, whatever state the directory was left in. */
export async function launchServer({ dir, user, port: wanted, settings, log }: Launch): Promise<Server> {
  const there = await adopt(dir);
  if (there) return there;
  const binaries = await findBinaries({ user });
  await initCluster(dir, binaries, user);
  const deadline = Date.now() + patience;
  for (;;) {
    const adopted = await adopt(dir);
    if (adopted) return adopted;
    disownPidFile(dir);
    const port = wanted || (await findFreePort());
    const outcome = await spawnServer({ dir, port, binaries, user, settings });
    if (outcome.started) {
      const access = await openCluster(dir, port);
      if (!access) throw failure(dir, "it started and was gone again");
      log(`PostgreSQL ${binaries.major} listens on 127.0.0.1:${port}.`);
      return { access, dir, pid: outcome.pid, port, adopted: false };
    }
    if (!isPassing(outcome.log, wanted) || Date.now() > deadline) throw failure(dir, outcome.log);
    await sleep(250);
  }
}

/** Waits while a server there is starting or stopping; undefined when none is left. */
async function adopt(dir: string): Promise<Server | undefined> {
  const deadline = Date.now() + patience;
  for (;;) {
    const running = findRunningServer(dir);
    if (!running) return undefined;
    const access = running.isReady ? await openCluster(dir, running.port) : undefined;
    if (access) return { access, dir, pid: running.pid, port: running.port, adopted: true };
    if (Date.now() > deadline) throw failure(dir, `process ${running.pid} holds it and does not answer`);
    await sleep(100);
  }
}

/**
 * A lock file just left behind: the postmaster that was killed is a zombie for a moment, its backends take
 * another to notice. Or, where the port is ours to choose, somebody was quicker.
 */
function isPassing(log: string, wantedPort: number | undefined): boolean {
  if (/lock file .* already exists|is still in use/s.test(log)) return true;
  return !wantedPort && /Address already in use|could not bind/.test(log);
}

function failure(dir: string, reason: string): AnnalsError {
  return new AnnalsError(
    "DATABASE_UNREACHABLE",
    `PostgreSQL did not start on ${dir}: ${reason}`,
    /incompatible with server/.test(reason)
      ? "The data was made by another version of PostgreSQL: name another folder, or delete this one."
      : "Free what it names (a port, memory, disk), name another folder, or set DATABASE_URL to a running server.",
  );
}
