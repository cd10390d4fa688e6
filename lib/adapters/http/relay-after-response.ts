import type { HttpAnnals } from "./http-annals.ts";

type Relaying = Pick<HttpAnnals<never>, "catchUp" | "inBackground">;

const due = new WeakMap<Relaying, { timer?: NodeJS.Timeout; last: number }>();

/**
 * Files what waits, soon, and at most once a second for one process: for hosts that run no relay of their own.
 * What the last request before a silence left is filed too.
 */
export function relayAfterResponse(annals: Relaying): void {
  const state = due.get(annals) ?? { last: Number.NEGATIVE_INFINITY };
  due.set(annals, state);
  if (state.timer) return;
  const wait = Math.max(0, state.last + 1000 - performance.now());
  state.timer = setTimeout(() => {
    state.last = performance.now();
    delete state.timer;
    annals.inBackground("filing events after a response", () =>
      annals.catchUp({ maxRows: 5000, maxMs: 200 }),
    );
  }, wait);
  // Not worth keeping a process for: whoever relays next files it.
  state.timer.unref();
}
