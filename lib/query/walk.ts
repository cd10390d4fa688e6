import type { Mark } from "./keyset.ts";
import { type Slice, standingOf } from "./slice.ts";

export interface Walked<T> {
  /** In the order of the walk. */
  found: T[];
  /** Where it stood when its time was up: what is left lies behind. */
  stop?: Mark;
}

/** One statement about the first slice or the first few: what it found, and what is left to be looked through. */
export type Step<T> = (
  slices: readonly [Slice, ...Slice[]],
  wanted: number,
) => Promise<{ found: T[]; left: Slice[] }>;

/**
 * Goes through slices in their order until enough is found. No step is begun when the time is up, save those until
 * it has come further, so that whoever goes on from `stop` comes further each time.
 */
export async function walk<T>(
  slices: readonly Slice[],
  { wanted, down, budgetMs }: { wanted: number; down: boolean; budgetMs: number },
  step: Step<T>,
): Promise<Walked<T>> {
  const deadline = performance.now() + budgetMs;
  const found: T[] = [];
  let rest = [...slices];
  let hasMoved = false;
  while (found.length < wanted) {
    const [next, ...others] = rest;
    if (!next) break;
    const place = standingOf(next, down);
    if (hasMoved && performance.now() >= deadline) return { found, stop: place };
    const done = await step([next, ...others], wanted - found.length);
    found.push(...done.found);
    rest = done.left;
    const [ahead] = rest;
    hasMoved ||= !ahead || !isSame(standingOf(ahead, down), place);
  }
  return { found };
}

function isSame(one: Mark, other: Mark): boolean {
  return one.at === other.at && one.seq === other.seq;
}
