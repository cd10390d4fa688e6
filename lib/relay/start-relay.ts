import { AnnalsError, silentServer } from "../errors.ts";
import type { Executor } from "../executor.ts";
import { BatchSize } from "./batch-size.ts";
import { fileBatch } from "./file-batch.ts";
import { type Behind, Share } from "./share.ts";

export interface RelayOptions {
  /** About so many captured rows a batch. Default 5,000. */
  maxRows?: number;
  /**
   * The part of its time, above 0 and up to 1, that the relay may spend in the server while somebody writes. Once
   * nobody does, it catches up. Default 1.
   */
  maxShare?: number;
  /** The longest pause between two looks while nothing waits, in milliseconds. Default 500. */
  idleMs?: number;
  /**
   * Told of a batch that failed, and of the next ones only when they fail in another way; the relay goes on. Default:
   * one line on standard error.
   */
  onError?: (error: unknown, doing: string) => void;
  /** Told of the first batch that is filed after one that failed. */
  onBack?: () => void;
  /** Told once a minute, while more comes in than `maxShare` allows to file. */
  onBehind?: (behind: Behind) => void;
}

export interface Relay {
  /**
   * Ends the relay, after the batch in hand. A server that does not answer is waited for 1.5 seconds: what it then still
   * files, it files whole or not at all. Safe to call twice.
   */
  stop(): Promise<void>;
}

// With a share, a batch is made so small that it and the pause after it take no longer than this.
const cycleMs = 500;
const firstRows = 200;

// For a server that has stopped without a word. A batch that comes late after all does no harm: one relay works at a time.
const patience = { workingMs: 60_000, stoppingMs: 1500 } as const;

// A batch of one row costs 3 ms of processor time, one of fifty 6: so let some come together.
const pauses = { idleFrom: 50, failedFrom: 500, failedTo: 10_000 } as const;

/**
 * Files what waits in the outbox for as long as the process lives: every 50 ms while there is little, without a
 * pause while there is more than that takes, and while there is nothing ever less often up to every `idleMs`. A
 * database that is away is tried again, after half a second at first and 10 seconds at most. Several relays do no
 * harm: one works, the others look on.
 *
 * @throws AnnalsError USAGE when `maxShare` is none
 */
export function startRelay(db: Executor, options: RelayOptions = {}): Relay {
  const { maxRows = 5000, maxShare = 1, idleMs = 500, onError = printError, onBack, onBehind } = options;
  if (!(maxShare > 0 && maxShare <= 1)) {
    throw new AnnalsError("USAGE", `maxShare is ${maxShare}`, "It must be above 0, and at most 1.");
  }
  const stopping = new AbortController();
  let left = false;
  let told: string | undefined;

  async function work(): Promise<void> {
    const shortest = Math.min(pauses.idleFrom, idleMs);
    const share = new Share(maxShare);
    const size = new BatchSize(maxRows, share.limits ? firstRows : maxRows);
    let idle = 0;
    let failed = 0;
    while (!stopping.signal.aborted) {
      const began = performance.now();
      let rest = 0;
      try {
        const batch = await within(patience.workingMs, fileBatch(db, size.rows, share.limits));
        failed = 0;
        if (told !== undefined) onBack?.();
        told = undefined;
        idle = batch.taken > 0 ? 0 : grow(idle, shortest, idleMs);
        const now = performance.now();
        const cycle = share.cycleMs(batch, now);
        rest = idle || Math.max(0, Math.max(shortest, cycle) - (now - began));
        size.grow(batch.ms, cycle > 0 ? cycleMs * maxShare : undefined);
        const behind = share.behind(batch, now);
        if (behind) onBehind?.(behind);
      } catch (error) {
        if (size.shrink(error)) continue;
        failed = grow(failed, pauses.failedFrom, pauses.failedTo);
        report(error);
      }
      await pause(failed || rest, stopping.signal);
    }
  }
  function report(error: unknown): void {
    const way = wayOf(error);
    if (left || way === told) return;
    told = way;
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
      return within(patience.stoppingMs, ended).catch(() => {
        left = true;
      });
    },
  };
}

/** What `work` comes to, unless that takes longer. @throws AnnalsError DATABASE_UNREACHABLE */
function within<T>(ms: number, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = () => reject(silentServer(ms, "The relay goes on when it answers."));
    const timer = setTimeout(giveUp, ms);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

/** In what way a batch failed: to a server that is away all are one, whatever the driver says of it. */
function wayOf(error: unknown): string {
  const { code = "", message } = (error ?? {}) as { code?: string; message?: string };
  return /^(CONNECT|E[A-Z]{4,}$|DATABASE_UNREACHABLE)/.test(code) ? "unreachable" : `${code} ${message}`;
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
