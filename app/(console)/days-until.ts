import { formatInstant, toMicros } from "@/lib/fields/instant.ts";

const dayMicros = 86_400_000_000n;

/** So many days that end with an instant, which is the last one in them; half-open. */
export function daysUntil(asOf: string, days: number): { from: string; to: string } {
  const end = toMicros(asOf);
  return { from: formatInstant(end - BigInt(days) * dayMicros), to: formatInstant(end + 1n) };
}
