import type { SQL } from "drizzle-orm";
import type { Executor } from "../executor.ts";
import { fence } from "./fence.ts";
import type { Mark } from "./keyset.ts";
import type { Limits } from "./limits.ts";
import { type Quest, scan } from "./scan.ts";
import { halve, type Slice } from "./slice.ts";
import type { Step } from "./walk.ts";

/**
 * Looks for rows that no index has in their order. First a probe: what is common is among the newest rows. Where
 * it promises enough within some thousand rows, reading goes on; else the slice is looked through by its indexes,
 * month by month. One in which too many rows match for that is cut in halves. Where no index can help, rows are
 * read on and on.
 *
 * @param narrowings what to ask the indexes, the next one where too many rows fulfil the one before
 */
export function lookByIndex(db: Executor, quest: Quest, narrowings: readonly SQL[][]): Step<Mark> {
  let scans = 0;
  let level = 0;
  return async (slice, wanted) => {
    const narrows = narrowings[level];
    const isRead = scans === 0 || !narrows || isWorthReading(slice, wanted, quest.limits);
    if (isRead) {
      scans += 1;
      const count = scans === 1 ? quest.limits.probe : quest.limits.portion;
      const { read, matching, found, left } = await scan(db, quest, slice, count, wanted);
      const rest = { ...slice, place: left, rows: rowsLeft(slice, read), density: matching / read };
      return { found, left: left ? [rest] : [] };
    }
    if (slice.crowded) {
      return { found: [], left: halve(slice, quest.down) ?? [{ ...slice, density: undefined }] };
    }
    const { crowded, found } = await fence(db, quest, narrows, slice, wanted);
    if (!crowded) return { found, left: [] };
    if (!narrowings[level + 1]) return { found, left: [{ ...slice, crowded, density: undefined }] };
    level += 1;
    return { found, left: [slice] };
  };
}

function isWorthReading(
  { rows, density, crowded }: Slice,
  wanted: number,
  { portion, patience }: Limits,
): boolean {
  if (rows <= portion) return true;
  if (density === undefined) return crowded === true;
  return density > 0 && (wanted / density) * 1.3 <= patience;
}

/** An estimate that has proved too low is not to be trusted again. */
function rowsLeft({ rows }: Slice, read: number): number {
  return rows > read ? rows - read : read * 4;
}
