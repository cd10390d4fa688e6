import { type SQL, sql } from "drizzle-orm";
import type { Executor } from "../executor.ts";
import type { Definition } from "../records/define.ts";
import type { Confined } from "./confine.ts";
import { facetText } from "./facet-text.ts";
import { narrowingsOf } from "./narrow.ts";
import { type Extent, reachOf, type Span, withinReach } from "./reach.ts";
import { countByRollups } from "./rollups/count-by-rollups.ts";
import { run } from "./run.ts";
import { ofRow, recordsOf, tables } from "./tables.ts";
import { allOf, filtersOf } from "./where.ts";

export interface CountedValue {
  /** Place of the span. */
  span: number;
  /** As stored; `''` where there is none, and for all values that were not asked for. */
  value: string;
  count: number;
}

interface Question {
  /** Adjoining, in order; inner borders on quarter hours. */
  spans: readonly Span[];
  /** A column to count by, and which of its values are told apart from the rest. */
  by?: { column: string; values: readonly string[] };
}

interface Row {
  bucket: number;
  value: string;
  n: string;
}

/** Exact counts by time and value, from the rollups where they can tell. */
export async function countBy(
  db: Executor,
  definition: Definition,
  search: Confined,
  extent: Extent,
  { spans, by }: Question,
): Promise<CountedValue[]> {
  const [first, last] = [spans[0], spans.at(-1)];
  if (!first || !last || search.tenants?.length === 0) return [];
  const { span, bound } = reachOf(extent, { from: first.from, to: last.to }, search.bound);
  if (!span) return [];
  const value = (of: SQL) =>
    by ? sql`CASE WHEN ${of} IN (${values(by.values)}) THEN ${of} ELSE '' END` : sql`''`;
  const rolled = await countByRollups(db, definition, extent, {
    search,
    spans,
    ...(by && { by: [by.column] }),
    pick: sql`SELECT part, bucket, ${value(sql`value`)} AS value, sum(n)::text AS n FROM counted GROUP BY 1, 2, 3`,
  });
  if (rolled) return rolled.map(countedOf);
  const at = ofRow(tables[definition.kind].recorded_at);
  const starts = sql.join(
    spans.map(({ from }) => sql`${from}::timestamptz`),
    sql`, `,
  );
  const stored = by ? facetText(definition.kind, by.column) : sql`''`;
  const narrows = narrowingsOf(definition, search, extent)[0] ?? [];
  const filters = filtersOf(definition, search);
  const where = allOf([...withinReach(definition, span, bound), ...narrows, ...filters]);
  const rows = await run<Row>(
    db,
    sql`SELECT width_bucket(${at}, ARRAY[${starts}]) AS bucket, ${value(stored)} AS value, count(*)::text AS n
      FROM ${recordsOf(definition.kind)} WHERE ${where} GROUP BY 1, 2`,
  );
  return rows.map(countedOf);
}

function countedOf({ bucket, value, n }: Row): CountedValue {
  return { span: bucket - 1, value, count: Number(n) };
}

function values(texts: readonly string[]): SQL {
  return sql.join(
    texts.map((text) => sql`${text}`),
    sql`, `,
  );
}
