import { setTimeout as sleep } from "node:timers/promises";
import { AnnalsError } from "../lib/errors.ts";
import type { Server } from "./launch-server.ts";
import { isRunning } from "./running-server.ts";

/** Ends the server by a fast shutdown and waits until it is gone; leaves it to other launchers if there are any. */
export async function stopServer({ access, pid }: Server): Promise<void> {
  if (isRunning(pid)) {
    const isLast = await access.leave().catch((error) => {
      // A server that no longer talks is to be stopped all the same; one that is gone has nothing to stop.
      if (isRunning(pid)) process.emitWarning(`PostgreSQL did not answer before its shutdown: ${error}`);
      return true;
    });
    // On Windows both signals end it at once, and the next start recovers from the write-ahead log.
    if (isLast && !(await endBy("SIGINT", pid, 20_000)) && !(await endBy("SIGQUIT", pid, 10_000))) {
      throw new AnnalsError(
        "DATABASE_UNREACHABLE",
        `PostgreSQL (process ${pid}) did not stop within 30 s.`,
        `End it by hand: kill -9 ${pid}. The next start recovers the data.`,
      );
    }
  }
  await access.close();
}

async function endBy(signal: NodeJS.Signals, pid: number, patience: number): Promise<boolean> {
  const deadline = Date.now() + patience;
  if (isRunning(pid)) process.kill(pid, signal);
  while (isRunning(pid)) {
    if (Date.now() > deadline) return false;
    await sleep(20);
  }
  return true;
}
