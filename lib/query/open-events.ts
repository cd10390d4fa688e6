import { type SQL, sql } from "drizzle-orm";
import type { Viewer } from "../access/viewer.ts";
import type { Executor } from "../executor.ts";
import { formatInstant, microsOf } from "../fields/instant.ts";
import { definitions } from "../records/kinds.ts";
import { type Confined, confine } from "./confine.ts";
import { type Count, capCount, countCap } from "./count-records.ts";
import { keyOf, orderOf } from "./keyset.ts";
import { plainSearch } from "./plain-search.ts";
import { type Extent, reachOf, readExtent, withinReach } from "./reach.ts";
import { run } from "./run.ts";
import { ofRow, recordsOf, tables } from "./tables.ts";
import { keyToll, toll } from "./toll.ts";
import { allOf } from "./where.ts";

/** Ages in hours at which a column of the table ends; the last one has no end. */
const ages = [1, 24, 168, 720] as const;

export interface OpenLevel {
  level: string;
  /** How many are younger than an hour, a day, a week, 30 days, and how many are older. */
  counts: readonly [number, number, number, number, number];
}

export interface OpenEvents {
  /** Capped: the levels hold the newest 10,000 only. */
  total: Count;
  /** Those that have any. */
  levels: OpenLevel[];
}

/**
 * The system events that nobody has resolved, of all time, by level and age: the newest 10,000.
 *
 * @throws AnnalsError FORBIDDEN without the right to view system events
 */
export async function openEvents(db: Executor, viewer: Viewer, now: Date): Promise<OpenEvents> {
  const mine = confine(viewer, definitions.events, plainSearch("events"));
  const extent = await readExtent(db, definitions.events);
  const open = openRows(mine, extent, { levels: true });
  if (!open) return { total: capCount(0), levels: [] };
  const borders = ages
    .map((hours) => formatInstant(microsOf(now) - BigInt(hours) * 3_600_000_000n))
    .reverse();
  const starts = sql.join(
    borders.map((border) => sql`${border}::timestamptz`),
    sql`, `,
  );
  const rows = await run<{ level: string; bucket: number; n: number }>(
    db,
    sql`SELECT o.level, width_bucket(o.at, ARRAY[${starts}]) AS bucket, count(*)::int AS n
      FROM (${open}) AS o GROUP BY 1, 2 ORDER BY 1`,
  );
  const levels = new Map<string, number[]>();
  for (const { level, bucket, n } of rows) {
    const counts = levels.get(level) ?? [0, 0, 0, 0, 0];
    counts[ages.length - bucket] = n;
    levels.set(level, counts);
  }
  return {
    total: capCount(rows.reduce((sum, { n }) => sum + n, 0)),
    levels: [...levels].map(([level, counts]) => ({
      level,
      counts: counts as unknown as OpenLevel["counts"],
    })),
  };
}

/** How many in the window of the search are open. Its filters do not count. */
export async function countOpen(db: Executor, search: Confined, extent: Extent): Promise<Count> {
  const open = openRows(search, extent, { levels: false });
  if (!open) return capCount(0);
  const [row] = await run<{ n: number }>(db, sql`SELECT count(*)::int AS n FROM (${open}) AS o`);
  return capCount(row?.n ?? 0);
}

/** The newest that are open, one more than are counted, by an index that holds no others; alone, without levels. */
function openRows(
  { tenants, window, bound: highest }: Confined,
  extent: Extent,
  { levels }: { levels: boolean },
): SQL | undefined {
  const { span, bound } = reachOf(extent, window, highest);
  if (!span || tenants?.length === 0) return undefined;
  const { resolved, tenant, event_type } = tables.events;
  const [at] = keyOf("events");
  const limit = sql.raw(String(countCap + 1));
  const of = (own: SQL[]) => {
    const where = [
      ...own,
      sql`NOT ${ofRow(resolved)}`,
      ...withinReach(definitions.events, span, bound),
      levels ? toll("events") : keyToll("events"),
    ];
    return sql`SELECT ${levels ? ofRow(event_type) : sql`''`} AS level, ${at} AS at FROM ${recordsOf("events")}
      WHERE ${allOf(where)} ORDER BY ${orderOf("events", true)} LIMIT ${limit}`;
  };
  if (tenants === null) return of([]);
  // One tenant after the other: an index has the rows of each in order, not those of several.
  const own = [sql`${ofRow(tenant)} = t.tenant`, sql`${ofRow(tenant)} <> ''`];
  return sql`SELECT own.level, own.at
    FROM json_array_elements_text(${JSON.stringify(tenants)}::text::json) AS t(tenant)
    CROSS JOIN LATERAL (${of(own)}) AS own LIMIT ${limit}`;
}
