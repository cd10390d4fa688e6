import type { Walked } from "./walk.ts";

/** What was found among the newest records of a window, where there is nothing that counts them all. */
export interface Sample<Found> {
  found: Found[];
  /** How many records were looked at. */
  looked: number;
  /** There are older ones in the window, before this instant, that were not looked at. */
  lookedBackTo?: string;
}

export const sampleSize = 1000;

export function sampleOf<Row extends { recorded_at: string }, Found>(
  { found: rows, stop }: Walked<Row>,
  found: Found[],
): Sample<Found> {
  const end = rows.length >= sampleSize ? rows.at(-1)?.recorded_at : stop?.at;
  return { found, looked: rows.length, ...(end !== undefined && { lookedBackTo: end }) };
}
