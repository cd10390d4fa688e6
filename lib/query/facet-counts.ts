import { type SQL, sql } from "drizzle-orm";
import type { Viewer } from "../access/viewer.ts";
import type { Executor } from "../executor.ts";
import type { Field } from "../fields/field.ts";
import type { Definition, Kind } from "../records/define.ts";
import { reachOfSearch, withinReach } from "./reach.ts";
import { requireView } from "./require-view.ts";
import { run } from "./run.ts";
import type { Search } from "./search.ts";
import { columnOf, ofRow, recordsOf } from "./tables.ts";
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
}

const shown = 20;

interface Counted {
  facet: number;
  value: string;
  label: string | null;
  found: string;
  kinds: string;
}

/**
 * Counts for the filter panel, within the window; a facet ignores its own filter, so its siblings stay in
 * sight. Facets that nobody filters by are counted in one scan.
 *
 * @throws AnnalsError FORBIDDEN without the right to view this kind
 */
export async function facetCounts(
  db: Executor,
  viewer: Viewer,
  definition: Definition,
  search: Search,
): Promise<Facet[]> {
  requireView(viewer, definition);
  const facets = Object.entries(definition.fields).filter(([, field]) => field.facet);
  const { span, bound } = await reachOfSearch(db, definition, search);
  if (!span) return facets.map(([field]) => ({ field, values: [], more: false }));
  const reach = withinReach(definition, span, bound);
  const isFiltered = (field: Field) => field.param !== undefined && field.param in search.filters;
  const free = facets.filter(([, field]) => !isFiltered(field));
  const groups = [
    ...(free.length > 0 ? [free] : []),
    ...facets.filter(([, field]) => isFiltered(field)).map((one) => [one]),
  ];
  const counted = await Promise.all(
    groups.map(async (group) => {
      const fields = group.map(([, field]) => field);
      const own = fields.length === 1 && fields[0] && isFiltered(fields[0]) ? fields[0].param : undefined;
      const where = allOf([...reach, ...filtersOf(definition, search, own)]);
      const rows = await run<Counted>(db, countStatement(definition.kind, fields, search, where));
      return group.map(([name, field], at) =>
        facetOf(
          name,
          field,
          rows.filter((row) => row.facet === at),
        ),
      );
    }),
  );
  const byName = new Map(counted.flat().map((facet) => [facet.field, facet]));
  return facets.flatMap(([name]) => byName.get(name) ?? []);
}

/** One scan that groups by each field by itself; of each the most frequent values and the chosen ones. */
function countStatement(kind: Kind, fields: readonly Field[], search: Search, where: SQL): SQL {
  const names = fields.map((_, at) => sql.identifier(`f${at}`));
  const values = fields.map((field, at) => sql`${facetText(kind, field)} AS ${names[at]}`);
  const label = fields.some((field) => field.type === "actor")
    ? ofRow(columnOf(kind, "actor_label"))
    : sql`NULL::text`;
  // One CASE says which grouping set a row belongs to: GROUPING() is 0 for the column it was grouped by.
  const which = names.map((name, at) => sql`WHEN GROUPING(${name}) = 0 THEN ${sql.raw(String(at))}`);
  const chosen = fields.flatMap((field, at) =>
    (search.filters[field.param ?? ""]?.values ?? []).map(
      (value) => sql`(facet = ${sql.raw(String(at))} AND value = ${value})`,
    ),
  );
  return sql`
    WITH picked AS (SELECT ${sql.join(values, sql`, `)}, ${label} AS label FROM ${recordsOf(kind)} WHERE ${where}),
    counted AS (
      SELECT CASE ${sql.join(which, sql` `)} END AS facet, coalesce(${sql.join(names, sql`, `)}) AS value,
        max(label) AS label, count(*) AS found
      FROM picked GROUP BY GROUPING SETS (${sql.join(
        names.map((name) => sql`(${name})`),
        sql`, `,
      )})
    ), ranked AS (
      SELECT *, row_number() OVER (PARTITION BY facet ORDER BY found DESC, value) AS place,
        count(*) OVER (PARTITION BY facet) AS kinds FROM counted
    )
    SELECT facet, value, label, found::text, kinds::text FROM ranked
    WHERE place <= ${sql.raw(String(shown))}${chosen.length > 0 ? sql` OR ${sql.join(chosen, sql` OR `)}` : sql``}
    ORDER BY facet, place`;
}

/** The value as the URL has it, never NULL, so that a NULL in the result means "not grouped by this". */
function facetText(kind: Kind, field: Field): SQL {
  const stored = columnOf(kind, field.column);
  const column = ofRow(stored);
  switch (stored.getSQLType()) {
    case "inet":
      return sql`coalesce(abbrev(${column}), '')`;
    case "boolean":
      return sql`CASE WHEN ${column} THEN '1' ELSE '0' END`;
    default:
      return stored.notNull ? column : sql`coalesce(${column}, '')`;
  }
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
