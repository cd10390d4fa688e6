/** Too many wait already; nothing was done. */
export class Busy extends Error {}

/**
 * Lets `width` tasks run at once, of one key only one, in the order in which they came; at most `queue` wait.
 * Guesses at one account thus come one after the other, and each sees the failure of the one before it.
 */
export function createTurnstile({ width, queue }: { width: number; queue: number }) {
  const waiting: { key: string; start: () => void }[] = [];
  const running = new Set<string>();

  function admit(): void {
    while (running.size < width) {
      const next = waiting.findIndex(({ key }) => !running.has(key));
      const [entry] = next < 0 ? [] : waiting.splice(next, 1);
      if (!entry) return;
      running.add(entry.key);
      entry.start();
    }
  }

  return async function pass<Result>(key: string, task: () => Promise<Result>): Promise<Result> {
    if (waiting.length >= queue) throw new Busy("Too many sign-ins at once.");
    await new Promise<void>((start) => {
      waiting.push({ key, start });
      admit();
    });
    try {
      return await task();
    } finally {
      running.delete(key);
      admit();
    }
  };
}
