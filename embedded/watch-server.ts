import { isRunning } from "./running-server.ts";

const everyMs = 500;

/**
 * Looks after a server that need not be a child of ours. After a crash of one of its processes PostgreSQL starts
 * again by itself, as the same process; so this one is gone only when all of it is.
 */
export function watchServer(pid: number): { ended: Promise<void>; leave(): void } {
  let leave = (): void => {};
  const ended = new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      if (isRunning(pid)) return;
      clearInterval(timer);
      resolve();
    }, everyMs);
    // It keeps nobody alive who has nothing else to do.
    timer.unref();
    leave = () => clearInterval(timer);
  });
  return { ended, leave: () => leave() };
}
