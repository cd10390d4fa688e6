import { formatInstant, toMicros } from "../../fields/instant.ts";
import type { Span } from "../reach.ts";
import type { Search } from "../search.ts";
import { quarter } from "./pieces.ts";

const micros = BigInt(quarter) * 1000n;

/**
 * The window of a search within what is recorded. Where the window is open, or reaches beyond, it ends on a
 * quarter hour outside: there is no row between, and the rollups count whole quarter hours.
 */
export function spanOfSearch(span: Span, { window }: Search): Span {
  const [from, to] = [toMicros(span.from), toMicros(span.to)];
  return {
    from: window.from === span.from ? span.from : formatInstant(from - (from % micros)),
    to: window.to === span.to ? span.to : formatInstant(((to + micros - 1n) / micros) * micros),
  };
}
