import { type SQL, sql } from "drizzle-orm";
import type { Executor } from "../../executor.ts";
import { formatInstant, toMicros } from "../../fields/instant.ts";
import type { Definition } from "../../records/define.ts";
import type { Confined } from "../confine.ts";
import { keyOf } from "../keyset.ts";
import { type Extent, overlap, readExtent, type Span, withinReach, withinSpan } from "../reach.ts";
import { run } from "../run.ts";
import { filtersOf } from "../where.ts";
import { countStatement, type Loose } from "./count-statement.ts";
import { piecesOf, quarter, type Slice } from "./pieces.ts";
import { type Term, termsOf } from "./terms.ts";

export interface Found {
  /** Place of the column in `by`; 0 where there is none. */
  part: number;
  /** Place of the span. */
  bucket: number;
  value: string;
  /** Decimal text. */
  n: string;
  /** Of how many values, and in which order; only where the caller's `pick` says so. */
  kinds?: string;
  place?: number;
}

export interface Question {
  search: Confined;
  /** Adjoining, in order. Inner borders must lie on quarter hours. */
  spans: readonly Span[];
  /** Columns to count by, each by itself; none: one figure. */
  by?: readonly string[];
  /** A URL parameter to leave out. */
  except?: string;
  /** What to read of `counted` (part, bucket, value, n). */
  pick: SQL;
}

/** Above this, the events between rollups and bound are too many to be read one by one. */
const mostLoose = 20_000;

/**
 * Counts what the search finds from the rollups, exactly, as far as number `bound`. The events that are not
 * counted yet, or were counted after the bound, and those of a part of a quarter hour at either end are read
 * from the record, in the same statement. Undefined where the rollups cannot tell: count directly then.
 */
export async function countByRollups(
  db: Executor,
  definition: Definition,
  extent: Extent,
  { search, spans, by, except, pick }: Question,
): Promise<Found[] | undefined> {
  const columns = by ?? [undefined];
  const groups: { by?: string; terms: readonly Term[] }[] = [];
  for (const column of columns) {
    const terms = termsOf(definition, search, { by: column, except });
    if (!terms) return undefined;
    groups.push({ by: column, terms });
  }
  const bound = search.bound ?? extent.head;
  let now = extent;
  // The relay may count on between two statements: then the one before spoke of other loose rows.
  for (let attempt = 0; attempt < 3; attempt++) {
    const plan = planOf(definition, now, spans, bound);
    if (!plan) return undefined;
    const statement = countStatement({
      kind: definition.kind,
      groups,
      pieces: piecesOf(plan.slices, now.monthsBefore),
      loose: plan.loose,
      filters: filtersOf(definition, search, except),
      starts: spans.map(({ from }) => from),
    });
    const rows = await run<Found & { counted: string; monthsBefore: string }>(
      db,
      sql`${statement}, counted AS (
        SELECT part, bucket, value, sum(n)::bigint AS n FROM found GROUP BY 3, 1, 2 HAVING sum(n) <> 0
      ), picked AS (${pick})
      SELECT picked.*, head.counted_seq::text AS counted, head.months_before::text AS "monthsBefore"
      FROM annals.rollup_head head LEFT JOIN picked ON true`,
    );
    const [row] = rows;
    if (row?.counted === now.counted && row.monthsBefore === now.monthsBefore)
      return rows.filter(({ part }) => part !== null);
    now = await readExtent(db, definition);
  }
  return undefined;
}

interface Plan {
  slices: Slice[];
  loose: Loose[];
}

function planOf(
  definition: Definition,
  extent: Extent,
  spans: readonly Span[],
  bound: string,
): Plan | undefined {
  const [first, last] = [spans[0], spans.at(-1)];
  if (!first || !last) return undefined;
  const [counted, upto] = [BigInt(extent.counted), BigInt(bound)];
  const [low, high] = counted < upto ? [counted, upto] : [upto, counted];
  if (high - low > mostLoose) return undefined;
  const from = Math.ceil(Number(toMicros(first.from)) / 1000 / quarter) * quarter;
  const to = Math.floor(Number(toMicros(last.to)) / 1000 / quarter) * quarter;
  if (from >= to) return undefined;
  const slices = spans.map((span, at) => ({
    bucket: at + 1,
    from: span === first ? from : millisOf(span.from),
    to: span === last ? to : millisOf(span.to),
  }));
  if (slices.some((slice) => slice.from % quarter !== 0 || slice.from >= slice.to)) return undefined;

  const [, seq] = keyOf(definition.kind);
  const [start, end] = [instantOf(from), instantOf(to)];
  const loose: Loose[] = [];
  const months = extent.months.filter(({ toSeq }) => BigInt(toSeq) > low);
  const [oldest, newest] = [months[0], months.at(-1)];
  const late = oldest && newest && overlap({ from: oldest.from, to: newest.to }, { from: start, to: end });
  if (late && low < high) {
    const numbers = [sql`${seq} > ${String(low)}::bigint`, sql`${seq} <= ${String(high)}::bigint`];
    const sign = counted < upto ? 1 : -1;
    loose.push({ sign, conditions: [...withinSpan(definition, late), ...numbers] });
  }
  for (const [before, after] of [
    [first.from, start],
    [end, last.to],
  ] as const) {
    if (before < after) {
      loose.push({ sign: 1, conditions: withinReach(definition, { from: before, to: after }, bound) });
    }
  }
  return { slices, loose };
}

function millisOf(instant: string): number {
  return Number(toMicros(instant) / 1000n);
}

function instantOf(millis: number): string {
  return formatInstant(BigInt(millis) * 1000n);
}
