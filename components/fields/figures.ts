/** `8,412,871`, of whole numbers of any size given as text or number. */
export function groupDigits(number: string | number): string {
  return String(number).replace(/\B(?=(\d{3})+$)/g, ",");
}

const units = ["bytes", "kB", "MB", "GB", "TB", "PB"];

/** `1.2 MB`: of a decimal text, in powers of a thousand. */
export function formatBytes(bytes: string): string {
  const exact = Number(bytes);
  const power = Math.min(Math.floor(Math.log10(Math.max(exact, 1)) / 3), units.length - 1);
  if (power === 0) return `${exact} ${exact === 1 ? "byte" : "bytes"}`;
  const size = exact / 1000 ** power;
  return `${size < 10 ? size.toFixed(1) : Math.round(size)} ${units[power]}`;
}

/** `1 event`, `412 events`, `10,000+ events`. */
export function countWords(
  { count, capped }: { count: number; capped?: boolean },
  noun: { one: string; many: string },
): string {
  return `${groupDigits(count)}${capped ? "+" : ""} ${count === 1 && !capped ? noun.one : noun.many}`;
}
