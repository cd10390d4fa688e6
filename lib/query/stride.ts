import type { Slice } from "./slice.ts";

// Where an index has to be read for all of a month, that costs up to 10 ms for a million rows.
const mostRows = 3_000_000;
const mostSlices = 12;

/**
 * How many slices to look through in one statement. Months in which little is found are taken together: as many as
 * should hold what is wanted where the rollups have told, else twice as many each time. The way to a rare value is
 * mostly the way to the server and back, and planning.
 */
export class Stride {
  private width = 1;
  /** An index came upon more than the rollups say: it knows only a part of the search. */
  private isWrong = false;
  private readonly most: number;

  /** @param most rows that a statement may come upon */
  constructor(most: number) {
    this.most = most;
  }

  /** The first slices that may go together, one at least. */
  take(
    slices: readonly [Slice, ...Slice[]],
    wanted: number,
    mayGo: (slice: Slice) => boolean,
  ): [Slice, ...Slice[]] {
    const [first, ...others] = slices;
    const taken: [Slice, ...Slice[]] = [first];
    let { rows, expected } = first;
    for (const slice of others) {
      rows += slice.rows;
      if (rows > mostRows || !mayGo(slice)) break;
      if (expected === undefined || this.isWrong) {
        if (taken.length >= this.width) break;
      } else {
        const sum = expected + (slice.expected ?? Number.POSITIVE_INFINITY);
        if (expected >= wanted || sum > this.most || taken.length >= mostSlices) break;
        expected = sum;
      }
      taken.push(slice);
    }
    return taken;
  }

  /** After a statement came upon so many rows in so many slices, and found so many of those that are missing. */
  adapt(slices: number, rows: number, found: number, missing: number): void {
    const enough = found > 0 ? Math.ceil((missing / found) * slices) : mostSlices;
    const bearable = rows > 0 ? Math.floor((this.most / 2 / rows) * slices) : mostSlices;
    this.width = Math.max(1, Math.min(slices * 2, enough, bearable, mostSlices));
  }

  /** It was too much, from the slice at this place on: those before it may go together. */
  shorten(place: number): void {
    this.isWrong = true;
    this.width = Math.max(1, place);
  }
}
