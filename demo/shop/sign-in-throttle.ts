/** Counts failures by key (a username, an address) and locks a key that has too many within ten minutes. */
export class SignInThrottle {
  readonly #failures = new Map<string, number[]>();
  readonly #limit: number;
  readonly #window = 10 * 60_000;

  constructor(limit: number) {
    this.#limit = limit;
  }

  isLocked(key: string): boolean {
    return this.#recent(key).length >= this.#limit;
  }

  failed(key: string): void {
    this.#failures.set(key, [...this.#recent(key), Date.now()]);
  }

  succeeded(key: string): void {
    this.#failures.delete(key);
  }

  #recent(key: string): number[] {
    const since = Date.now() - this.#window;
    return (this.#failures.get(key) ?? []).filter((time) => time > since);
  }
}
