import { type SQL, sql } from "drizzle-orm";
import type { Viewer } from "../access/viewer.ts";
import type { Executor } from "../executor.ts";
import type { Field } from "../fields/field.ts";
import type { Definition, Kind } from "../records/define.ts";
import { type Confined, confine } from "./confine.ts";
import { facetText } from "./facet-text.ts";
import { labelActors } from "./label-actors.ts";
import { narrowingsOf } from "./narrow.ts";
import { type Extent, reachOf, readExtent, type Span, withinReach } from "./reach.ts";
import { countByRollups, type Found } from "./rollups/count-by-rollups.ts";
import { spanOfSearch } from "./rollups/span-of-search.ts";
import { termsOf } from "./rollups/terms.ts";
import { run } from "./run.ts";
import type { Search } from "./search.ts";
import { slicesOf } from "./slice.ts";
import { columnOf, ofRow, recordsOf } from "./tables.ts";
import { toll } from "./toll.ts";
import { allOf, filtersOf } from "./where.ts";

export interface FacetValue {
  /** As stored; `''` is the empty ones (the word `none`). */
  value: string;
  /** From the definition, or an actor's label; else the value. */
  label: string;
  count: number;
}

export interface Facet {
  /** Name of the field in the definition. */
  field: string;
  /** The 20 most frequent, most frequent first; those chosen in the search are always among them. */
  values: FacetValue[];
  /** There are more values than these. */
  more: boolean;
  /** The rollups cannot tell, and the events are too many to be counted one by one: no values. */
  uncounted?: true;
}

const shown = 20;

/** Read one by one in about 40 ms. */
const mostRead = 20_000;

/** Of so many events the rollups hold nearly as many addresses and names: to add them up takes about 100 ms. */
const mostVaried = 200_000;

interface Counted {
  facet: number;
  value: string;
  label: string | null;
  found: string;
  kinds: string;
  /** How many events were read for all facets; only where they were. */
  read?: string;
}

/** What is read at most, for tests with few rows. */
export interface FacetLimits {
  most?: number;
  mostVaried?: number;
}

/** Fields that are counted under the same filters: all of them, less that of `own`. */
interface Group {
  fields: Field[];
  own?: string;
}

/**
 * Counts for the filter panel, within the window; a facet ignores its own filter, so its siblings stay in
 * sight. From the rollups where they can tell; the others are counted in one scan, as far as they share filters
 * and there are no more than 20,000 events to count. Addresses and names, of which there may be as many as events,
 * are left out above 200,000 events in the window.
 *
 * @throws AnnalsError FORBIDDEN without the right to view this kind
 */
export async function facetCounts(
  db: Executor,
  viewer: Viewer,
  definition: Definition,
  search: Search,
  { most = mostRead, mostVaried: varied = mostVaried }: FacetLimits = {},
): Promise<Facet[]> {
  const mine = confine(viewer, definition, search);
  const facets = Object.entries(definition.fields).filter(([, field]) => field.facet);
  const extent = await readExtent(db, definition);
  const { span } = reachOf(extent, search.window, search.bound);
  if (!span) return facets.map(([field]) => ({ field, values: [], more: false }));
  const slices = slicesOf(extent, { ...search, cursor: undefined });
  const isMuch = slices.reduce((sum, { rows }) => sum + rows, 0) > varied;
  const bearable = facets.filter(([, { type }]) => !isMuch || !["address", "text"].includes(type));
  const counted = await Promise.all(
    groupsOf(
      bearable.map(([, field]) => field),
      search,
    ).map(async ({ fields, own }) => {
      const told = fields.filter(({ column }) => termsOf(definition, mine, { by: column, except: own }));
      const rolled =
        told.length > 0
          ? await countByRollups(db, definition, extent, {
              search: mine,
              spans: [spanOfSearch(span, search)],
              by: told.map(({ column }) => column),
              except: own,
              pick: pickStatement(told, search),
            })
          : undefined;
      const others = rolled ? fields.filter((field) => !told.includes(field)) : fields;
      const direct =
        others.length > 0
          ? await countOthers(db, definition, { extent, search: mine, own, others }, most)
          : [];
      const rows = rolled ? await labelled(db, definition, mine, span, told, rolled) : [];
      return [
        ...others.map((field, at) => [field, direct?.filter(({ facet }) => facet === at)] as const),
        ...(rolled ? told : []).map(
          (field, at) => [field, rows.filter(({ facet }) => facet === at)] as const,
        ),
      ];
    }),
  );
  const byField = new Map(counted.flat());
  return facets.map(([name, field]) => {
    const rows = byField.get(field);
    return rows ? facetOf(name, field, rows) : { field: name, values: [], more: true, uncounted: true };
  });
}

interface Others {
  extent: Extent;
  search: Confined;
  own: string | undefined;
  others: readonly Field[];
}

/** From the events themselves; undefined where there are more than `most`. */
async function countOthers(
  db: Executor,
  definition: Definition,
  { extent, search, own, others }: Others,
  most: number,
): Promise<Counted[] | undefined> {
  const { span, bound } = reachOf(extent, search.window, search.bound);
  if (!span) return [];
  const total = await countByRollups(db, definition, extent, {
    search,
    spans: [spanOfSearch(span, search)],
    except: own,
    pick: sql`SELECT * FROM counted`,
  });
  if (total && Number(total[0]?.n ?? 0) > most) return undefined;
  const { [own ?? ""]: _, ...kept } = search.filters;
  const narrows = narrowingsOf(definition, { ...search, filters: kept }, extent)[0] ?? [];
  const where = allOf([
    ...withinReach(definition, span, bound),
    ...narrows,
    ...filtersOf(definition, search, own),
    toll(definition.kind),
  ]);
  const rows = await run<Counted>(db, countStatement(definition.kind, others, search, where, most + 1));
  return Number(rows[0]?.read ?? 0) > most ? undefined : rows;
}

function groupsOf(fields: readonly Field[], { filters }: Search): Group[] {
  const isFiltered = ({ param }: Field) => param !== undefined && param in filters;
  const free = fields.filter((field) => !isFiltered(field));
  return [
    ...(free.length > 0 ? [{ fields: free }] : []),
    ...fields.filter(isFiltered).map((field) => ({ fields: [field], own: field.param })),
  ];
}

/** What the rollups have found, in order, actors with their labels. */
async function labelled(
  db: Executor,
  definition: Definition,
  mine: Confined,
  span: Span,
  fields: readonly Field[],
  found: readonly Found[],
): Promise<Counted[]> {
  const actors = found.filter(({ part, value }) => fields[part]?.type === "actor" && value !== "");
  const labels = await labelActors(
    db,
    definition,
    mine,
    span,
    actors.map(({ value }) => value),
  );
  return [...found]
    .sort((one, other) => Number(one.place) - Number(other.place))
    .map(({ part, value, n, kinds }) => ({
      facet: part,
      value,
      label: fields[part]?.type === "actor" ? (labels.get(value) ?? null) : null,
      found: n,
      kinds: kinds ?? "0",
    }));
}

/** Of each facet the most frequent values and the chosen ones, in the rollups' `counted`. */
function pickStatement(fields: readonly Field[], search: Search): SQL {
  // The few of each first: to sort all addresses of two years takes longer than to add them up.
  const first = fields.map(
    (_, at) => sql`(SELECT * FROM counted WHERE part = ${sql.raw(String(at))}
      ORDER BY n DESC, value LIMIT ${sql.raw(String(shown))})`,
  );
  return sql`SELECT part, bucket, value, n::text, kinds::text,
      row_number() OVER (PARTITION BY part ORDER BY n DESC, value)::int AS place
    FROM (
      ${sql.join(first, sql` UNION ALL `)}
      UNION SELECT * FROM counted WHERE false${chosenOf(fields, search, "part")}
    ) AS few JOIN (SELECT part, count(*) AS kinds FROM counted GROUP BY part) AS sorts USING (part)`;
}

/** `OR …`: the values that the search names are shown however rare they are. */
function chosenOf(fields: readonly Field[], search: Search, place: "part" | "facet"): SQL {
  const chosen = fields.flatMap((field, at) =>
    (search.filters[field.param ?? ""]?.values ?? []).map(
      (value) => sql` OR (${sql.raw(place)} = ${sql.raw(String(at))} AND value = ${value})`,
    ),
  );
  return sql.join(chosen);
}

/** One scan that groups by each field by itself; of each the most frequent values and the chosen ones. */
function countStatement(kind: Kind, fields: readonly Field[], search: Search, where: SQL, most: number): SQL {
  const names = fields.map((_, at) => sql.identifier(`f${at}`));
  const values = fields.map((field, at) => sql`${facetText(kind, field.column)} AS ${names[at]}`);
  const label = fields.some((field) => field.type === "actor")
    ? ofRow(columnOf(kind, "actor_label"))
    : sql`NULL::text`;
  // One CASE says which grouping set a row belongs to: GROUPING() is 0 for the column it was grouped by.
  const which = names.map((name, at) => sql`WHEN GROUPING(${name}) = 0 THEN ${sql.raw(String(at))}`);
  return sql`
    WITH picked AS MATERIALIZED (
      SELECT ${sql.join(values, sql`, `)}, ${label} AS label FROM ${recordsOf(kind)} WHERE ${where}
      LIMIT ${sql.raw(String(most))}
    ),
    counted AS (
      SELECT CASE ${sql.join(which, sql` `)} END AS facet, coalesce(${sql.join(names, sql`, `)}) AS value,
        max(label) AS label, count(*) AS found
      FROM picked GROUP BY GROUPING SETS (${sql.join(
        names.map((name) => sql`(${name})`),
        sql`, `,
      )})
    ), ranked AS (
      SELECT *, row_number() OVER (PARTITION BY facet ORDER BY found DESC, value COLLATE "C") AS place,
        count(*) OVER (PARTITION BY facet) AS kinds FROM counted
    )
    SELECT facet, value, label, found::text, kinds::text, (SELECT count(*)::text FROM picked) AS read FROM ranked
    WHERE place <= ${sql.raw(String(shown))}${chosenOf(fields, search, "facet")}
    ORDER BY facet, place`;
}

function facetOf(name: string, field: Field, rows: Counted[]): Facet {
  const values = rows.map(({ value, label, found }) => ({
    value,
    label: labelOf(field, value, label),
    count: Number(found),
  }));
  return { field: name, values, more: Number(rows[0]?.kinds ?? 0) > values.length };
}

function labelOf(field: Field, value: string, label: string | null): string {
  if (value === "") return "None";
  if (field.type === "actor" && label) return label;
  return field.choices?.[value] ?? value;
}
