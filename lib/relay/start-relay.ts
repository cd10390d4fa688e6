import type { Executor } from "../executor.ts";
import { relayOnce } from "./catch-up.ts";

export interface RelayOptions {
  /** About so many captured rows a batch. Default 5,000. */
  maxRows?: number;
  /** The longest pause between two looks while nothing waits, in milliseconds. Default 500. */
  idleMs?: number;
  /** Told of each batch that failed; the relay goes on. Default: one line on standard error. */
  onError?: (error: unknown, doing: string) => void;
}

export interface Relay {
  /** Ends the relay, after the batch in hand. Safe to call twice. */
  stop(): Promise<void>;
}

// A batch of one row costs 3 ms of processor time, one of fifty 6: so let some come together.
const pauses = { idleFrom: 50, failedFrom: 500, failedTo: 10_000 } as const;

/**
 * Files what waits in the outbox for as long as the process lives: every 50 ms while there is little, without a
 * pause while there is more than that takes, and while there is nothing ever less often up to every `idleMs`. A
 * database that is away is tried again, after half a second at first and 10 seconds at most. Several relays do no harm: one works, the others look on.
 */
export function startRelay(db: Executor, options: RelayOptions = {}): Relay {
  const { maxRows = 5000, idleMs = 500, onError = printError } = options;
  const stopping = new AbortController();

  async function work(): Promise<void> {
    const shortest = Math.min(pauses.idleFrom, idleMs);
    let idle = 0;
    let failed = 0;
    while (!stopping.signal.aborted) {
      const began = performance.now();
      let rest = 0;
      try {
        const taken = await relayOnce(db, maxRows);
        failed = 0;
        idle = taken > 0 ? 0 : grow(idle, shortest, idleMs);
        rest = idle || Math.max(0, shortest - (performance.now() - began));
      } catch (error) {
        failed = grow(failed, pauses.failedFrom, pauses.failedTo);
        report(error);
      }
      await pause(failed || rest, stopping.signal);
    }
  }
  function report(error: unknown): void {
    try {
      onError(error, "filing events");
    } catch (thrown) {
      printError(thrown, "onError");
    }
  }

  const ended = work();
  return {
    stop() {
      stopping.abort();
      return ended;
    },
  };
}

function grow(pauseMs: number, from: number, to: number): number {
  return pauseMs === 0 ? from : Math.min(pauseMs * 2, to);
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms === 0 || signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done);
  });
}

function printError(error: unknown, doing: string): void {
  console.error(`annals: ${doing} failed: ${error instanceof Error ? error.message : String(error)}`);
}
