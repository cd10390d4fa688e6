/**
 * How many rows a batch may have: as many as wanted, fewer while the server does not let a batch end. A role with
 * a `statement_timeout` would else try one that takes longer for ever.
 */
export class BatchSize {
  readonly #most: number;
  rows: number;

  constructor(most: number, first = most) {
    this.#most = most;
    this.rows = Math.min(first, most);
  }

  /** After a batch that was filed in `ms`; the next one is to take `atMost` of them, about. */
  grow(ms = 0, atMost = Number.POSITIVE_INFINITY): void {
    const fitting = Math.max(1, Math.floor(this.rows * (atMost / Math.max(ms, 1))));
    this.rows = Math.min(this.rows * 2, fitting, this.#most);
  }

  /** After an error: whether a smaller batch may do. */
  shrink(error: unknown): boolean {
    // 57014: cancelled, by its timeout or by somebody.
    if ((error as { code?: string } | null)?.code !== "57014" || this.rows === 1) return false;
    this.rows = Math.max(1, Math.floor(this.rows / 4));
    return true;
  }
}
