/** What became of a figure since the window before: `41 % more`, `3.1 times as many`, `about the same`. */
export function compareWords(count: number, before: number): string {
  if (count === before) return count === 0 ? "none before either" : "as many as before";
  if (before === 0) return "none before";
  if (count === 0) return `${before.toLocaleString("en-US")} before`;
  const share = count / before;
  if (share >= 2) return `${share >= 10 ? Math.round(share) : share.toFixed(1)} times as many`;
  const percent = Math.round(Math.abs(share - 1) * 100);
  if (percent === 0) return "about the same";
  return `${percent} % ${share > 1 ? "more" : "fewer"}`;
}
