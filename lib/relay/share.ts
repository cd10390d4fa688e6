/** What a worker learns of the events that come in faster than its share lets it file them. */
export interface Behind {
  /** By how many rows of the outbox the backlog grew in the last minute, about. */
  grownBy: number;
}

// Whoever wrote so lately is still writing.
const busyMs = 500;
const minuteMs = 60_000;
// Below that it may be rolled back work, which draws numbers too.
const notable = 1000;

/**
 * Keeps the part of its time that a worker spends in the server below `most`, while somebody writes. Once nobody
 * does, there is nothing to leave room for, and it may catch up.
 */
export class Share {
  readonly most: number;
  #lastArrived: number | undefined;
  #lastArrival = Number.NEGATIVE_INFINITY;
  #minute: { began: number; arrived: number; taken: number } | undefined;

  constructor(most: number) {
    this.most = most;
  }

  /** Whether it limits anything at all. */
  get limits(): boolean {
    return this.most < 1;
  }

  /**
   * After a batch that took `ms` in the server: how long the time from its beginning to that of the next one must
   * be at least. `now` in milliseconds of any clock.
   */
  cycleMs(batch: { taken: number; ms: number; arrived?: number }, now: number): number {
    const { arrived, ms } = batch;
    if (!this.limits || arrived === undefined) return 0;
    // What came before the first look may have come at any time: better leave room.
    if (this.#lastArrived === undefined || arrived > this.#lastArrived) this.#lastArrival = now;
    this.#lastArrived = arrived;
    return now - this.#lastArrival <= busyMs ? ms / this.most : 0;
  }

  /** To be told of each batch; says once a minute when the backlog grows. */
  behind({ taken, arrived }: { taken: number; arrived?: number }, now: number): Behind | undefined {
    if (!this.limits || arrived === undefined) return undefined;
    this.#minute ??= { began: now, arrived, taken: 0 };
    this.#minute.taken += taken;
    if (now - this.#minute.began < minuteMs) return undefined;
    const grownBy = arrived - this.#minute.arrived - this.#minute.taken;
    this.#minute = { began: now, arrived, taken: 0 };
    return grownBy >= notable ? { grownBy } : undefined;
  }
}
