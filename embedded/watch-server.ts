import { isRunning } from "./running-server.ts";

const everyMs = 500;

/**
 * Looks after a server that need not be a child of ours. After a crash of one of its processes PostgreSQL starts
 * again by itself, as the same process; so this one is gone only when all of it is. Keeps the process alive until
 * then, so that what waits for an answer of the server is not cut off without a word.
 */
export function watchServer(pid: number): { ended: Promise<void>; leave(): void } {
  let leave = (): void => {};
  const ended = new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      if (isRunning(pid)) return;
      clearInterval(timer);
      resolve();
    }, everyMs);
    leave = () => clearInterval(timer);
  });
  return { ended, leave: () => leave() };
}
