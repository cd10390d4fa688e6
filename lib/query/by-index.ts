import type { SQL } from "drizzle-orm";
import type { Executor } from "../executor.ts";
import { fence } from "./fence.ts";
import type { Mark } from "./keyset.ts";
import type { Limits } from "./limits.ts";
import { type Quest, scan } from "./scan.ts";
import { cut, type Slice } from "./slice.ts";
import { Stride } from "./stride.ts";
import type { Step } from "./walk.ts";

/**
 * Looks for rows that no index has in their order. First a probe, unless they are known to be rare: what is common
 * is among the newest rows. Where it promises enough within some thousand rows, reading goes on; else the months that
 * the rollups say hold any are looked through by their indexes, several in one statement where little is found. One in which too many rows match
 * for that is cut where the rollups hold the next ones, else read a little further, then cut in halves. Where no
 * index can help, rows are read on and on.
 *
 * @param narrowings what to ask the indexes, the next one where too many rows fulfil the one before
 */
export function lookByIndex(db: Executor, quest: Quest, narrowings: readonly SQL[][]): Step<Mark> {
  let scans = quest.rare ? 1 : 0;
  let level = 0;
  let isSifted = false;
  const { candidates: most, probe, portion } = quest.limits;
  const stride = new Stride(most);
  return async (slices, wanted) => {
    const [slice, ...others] = slices;
    const narrows = narrowings[level];
    const isFirst = scans === 0;
    if (!isFirst && narrows && slice.crowded && !slice.partial && slice.density === undefined) {
      const parts = await cutByHint(quest, slice);
      if (parts) return { found: [], left: [...parts, ...others] };
    }
    if (isFirst || !narrows || isWorthReading(slice, wanted, quest.limits)) {
      scans += 1;
      const { read, matching, found, left } = await scan(db, quest, slice, isFirst ? probe : portion, wanted);
      const rest = { ...slice, place: left, rows: rowsLeft(slice, read), density: matching / read };
      return { found, left: left ? [rest, ...others] : others };
    }
    if (slice.crowded) {
      const parts = cut(slice, quest.down) ?? [{ ...slice, density: undefined }];
      return { found: [], left: [...parts, ...others] };
    }
    if (!isSifted) {
      isSifted = true;
      const possible = await quest.possible?.(slices);
      if (possible) return { found: [], left: possible };
    }
    const taken = stride.take(slices, wanted, ({ crowded }) => !crowded);
    const { candidates, found, last } = await fence(db, quest, narrows, taken, wanted);
    if (candidates <= most) {
      stride.adapt(taken.length, candidates, found.length, wanted);
      return { found, left: slices.slice(taken.length) };
    }
    stride.shorten(last);
    if (narrowings[level + 1]) {
      if (taken.length === 1) level += 1;
      return { found: [], left: [...slices] };
    }
    return { found: [], left: slices.map((one, at) => (at === last ? asCrowded(one) : one)) };
  };
}

function asCrowded(slice: Slice): Slice {
  return { ...slice, crowded: true, density: undefined };
}

/** In two where the rollups hold the next rows; what lies behind is as crowded, and worth reading from there on. */
async function cutByHint({ down, nearest }: Quest, slice: Slice): Promise<[Slice, Slice] | undefined> {
  const place = await nearest?.(slice);
  const parts = place === undefined ? undefined : cut(slice, down, place);
  return parts && [parts[0], asCrowded(parts[1])];
}

function isWorthReading(
  { rows, density, crowded }: Slice,
  wanted: number,
  { portion, patience }: Limits,
): boolean {
  if (density === undefined) return crowded === true;
  if (rows <= portion) return true;
  return density > 0 && (wanted / density) * 1.3 <= patience;
}

/** An estimate that has proved too low is not to be trusted again. */
function rowsLeft({ rows }: Slice, read: number): number {
  return rows > read ? rows - read : read * 4;
}
