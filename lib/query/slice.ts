import { type SQL, sql } from "drizzle-orm";
import { formatInstant, toMicros } from "../fields/instant.ts";
import type { Definition } from "../records/define.ts";
import { behind, goesDown, keyOf, type Mark, wellBehind } from "./keyset.ts";
import { type Extent, justAfter, type Month, overlap, type Span, withinSpan } from "./reach.ts";
import type { Search } from "./search.ts";
import { monthOf, recordsOf } from "./tables.ts";

/** A part of one month that is still to be looked through. */
export interface Slice extends Omit<Month, "toSeq"> {
  /** Where it has been read to: what is left lies behind. */
  place?: Mark;
  /** How many of the rows that were read last, just before it, matched: 0 to 1. */
  density?: number;
  /** More rows than an index should fetch have what it knows of the search. */
  crowded?: true;
  /** So many rows of the search are in its month, by the rollups; of a part of the month at most so many. */
  expected?: number;
  /** A part of its month that was cut off: its rows are to be told from the rest by time. */
  partial?: true;
}

/** What a search has to look through, in its order, one slice a month. */
export function slicesOf({ months }: Extent, search: Search): Slice[] {
  const { window, cursor } = search;
  const down = goesDown(search);
  const slices = months.flatMap((month): Slice[] => {
    const within = overlap(month, window);
    const span = within && remaining(within, cursor, down);
    return span ? [{ ...month, ...span, rows: rowsWithin(month, span) }] : [];
  });
  if (down) slices.reverse();
  const [first] = slices;
  if (cursor && first && (down ? cursor.at < first.to : cursor.at >= first.from)) {
    first.place = { at: cursor.at, seq: cursor.seq };
  }
  return slices;
}

/** What is left of a slice in two by time, in halves by itself; undefined when it cannot be cut there. */
export function cut(slice: Slice, down: boolean, where?: string): [near: Slice, far: Slice] | undefined {
  const { from, to } = remaining(slice, slice.place, down) ?? slice;
  const at = where ?? formatInstant((toMicros(from) + toMicros(to)) / 2n);
  if (at <= from || at >= to) return undefined;
  const { place, rows, partition } = slice;
  const length = (one: string, other: string) => Number(toMicros(other) - toMicros(one));
  const share = length(from, at) / length(from, to);
  const part = { partition, partial: true } as const;
  const [older, newer] = [
    { ...part, rows: rows * share, from, to: at },
    { ...part, rows: rows * (1 - share), from: at, to },
  ];
  return down ? [{ ...newer, place }, older] : [{ ...older, place }, newer];
}

/** The part of a span that may hold rows behind a place. */
function remaining(span: Span, place: Mark | undefined, down: boolean): Span | null {
  if (!place) return span;
  if (!down) return overlap(span, { from: place.at, to: null });
  return overlap(span, { from: null, to: place.seq === "0" ? place.at : justAfter(place.at) });
}

/**
 * What to read a slice from, in the order of the walk, and where to begin; the reading may run on beyond its end
 * and has to be cut there. From a month's own table, with a bound on one side only: between two bounds the planner
 * expects one row in 200, where it has no statistics, and would rather sort a month than read it in order.
 */
export function startOf(definition: Definition, slice: Slice, down: boolean): { source: SQL; where: SQL[] } {
  const { kind } = definition;
  const { partition, place } = slice;
  if (partition === null) {
    return {
      source: recordsOf(kind),
      where: [...withinSpan(definition, slice), ...(place ? wellBehind(kind, down, place) : [])],
    };
  }
  const [at] = keyOf(kind);
  const edge = down ? sql`${at} < ${slice.to}::timestamptz` : sql`${at} >= ${slice.from}::timestamptz`;
  return { source: monthOf(partition), where: [place ? behind(kind, down, place) : edge] };
}

/** Whether a row read in the order of the walk lies beyond the end of a slice. */
export function isBeyond({ from, to }: Slice, down: boolean, at: string): boolean {
  return down ? at < from : at >= to;
}

/** Where a search stands that has everything before this slice behind it. */
export function standingOf({ place, from, to }: Slice, down: boolean): Mark {
  // No row has the number 0: (at, 0) lies before all rows of that instant.
  return place ?? { at: down ? to : from, seq: "0" };
}

/** About how many rows, as if they lay evenly. */
function rowsWithin(month: Month, span: Span): number {
  const length = ({ from, to }: Span) => Number(toMicros(to) - toMicros(from));
  return Math.ceil((month.rows * length(span)) / length(month));
}
