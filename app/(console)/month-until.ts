import { formatInstant, toMicros } from "@/lib/fields/instant.ts";

const dayMicros = 86_400_000_000n;

/** The 30 days that end with an instant, as two instants, half-open. */
export function monthUntil(asOf: string): { from: string; to: string } {
  return daysUntil(asOf, 30);
}

/** So many days that end with an instant, which is the last one in them. */
export function daysUntil(asOf: string, days: number): { from: string; to: string } {
  const end = toMicros(asOf);
  return { from: formatInstant(end - BigInt(days) * dayMicros), to: formatInstant(end + 1n) };
}
