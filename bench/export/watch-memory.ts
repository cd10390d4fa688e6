/** Looks at the memory of this process, ten times a second, until it is stopped. */
export function watchMemory() {
  const before = process.memoryUsage.rss();
  let peak = before;
  const look = () => {
    peak = Math.max(peak, process.memoryUsage.rss());
  };
  const timer = setInterval(look, 100);
  return {
    /** By how many MB it had grown at the most. */
    peakMb(): number {
      look();
      return (peak - before) / 1024 / 1024;
    },
    stop: () => clearInterval(timer),
  };
}
