import type { SQL } from "drizzle-orm";
import type { Executor } from "../executor.ts";
import { fence } from "./fence.ts";
import type { Mark } from "./keyset.ts";
import { type Quest, scan } from "./scan.ts";
import { halve, type Slice } from "./slice.ts";
import type { Step } from "./walk.ts";

// Reading a row takes about 1.5 µs, fetching one by an index 4. Few sizes, so that few statements are prepared.
const sizes = { probe: 1000, small: 2000, large: 8000, huge: 16_000 } as const;

/**
 * Looks for rows that lie in no index in their order. First a probe: what is common is among the newest rows.
 * Where the probe promises enough within some thousand rows, reading goes on; else the slice is looked through
 * by its indexes, month by month. A month in which too many rows match for that is cut in halves. Where no
 * index can help (`narrows` is empty), rows are read in growing portions.
 */
export function lookByIndex(db: Executor, quest: Quest, narrows: readonly SQL[]): Step<Mark> {
  let scans = 0;
  return async (slice, wanted) => {
    const count = narrows.length > 0 ? scanSize(slice, wanted, scans) : portion(scans);
    if (count === undefined) {
      const { crowded, found } = await fence(db, quest, narrows, slice, wanted);
      return { found, left: crowded ? [{ ...slice, crowded }] : [] };
    }
    scans += 1;
    const { read, last, matching, found } = await scan(db, quest, slice, count, wanted);
    if (read < count || !last) return { found, left: [] };
    const rest = { ...slice, place: last, rows: rowsLeft(slice, read), density: matching / read };
    const halves = slice.crowded && halve(rest, quest.down);
    return { found, left: halves || [rest] };
  };
}

/** How many rows to read, if reading is the way. */
function scanSize({ rows, density, crowded }: Slice, wanted: number, scans: number): number | undefined {
  if (scans === 0) return sizes.probe;
  if (rows <= sizes.small) return sizes.small;
  if (crowded) return sizes.large;
  if (!density) return undefined;
  const needed = (wanted / density) * 1.3;
  if (needed <= sizes.small) return sizes.small;
  return needed <= 10_000 ? sizes.large : undefined;
}

function portion(scans: number): number {
  return [sizes.probe, sizes.small, sizes.large][scans] ?? sizes.huge;
}

/** An estimate that has proved too low is not to be trusted again. */
function rowsLeft({ rows }: Slice, read: number): number {
  return rows > read ? rows - read : read * 4;
}
