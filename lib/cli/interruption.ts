/** A signal that is aborted by Ctrl+C and the like, instead of the end of the process. */
export function interruption(): { signal: AbortSignal; release(): void } {
  const controller = new AbortController();
  const names = ["SIGTERM", "SIGINT", "SIGHUP"] as const;
  const abort = (name: NodeJS.Signals) =>
    controller.abort(Object.assign(new Error(`Interrupted by ${name}`), { code: "INTERRUPTED" }));
  for (const name of names) process.on(name, abort);
  return {
    signal: controller.signal,
    release() {
      for (const name of names) process.off(name, abort);
    },
  };
}
