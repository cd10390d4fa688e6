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
      // Standard output may be a pipe out of which nobody takes what was already put in: that keeps a process.
      if (controller.signal.aborted) setTimeout(() => process.exit(1), 1000).unref();
    },
  };
}
