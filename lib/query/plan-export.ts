import { type SQL, sql } from "drizzle-orm";
import type { PgColumn } from "drizzle-orm/pg-core";
import { requirePermission } from "../access/require-permission.ts";
import type { Viewer } from "../access/viewer.ts";
import { AnnalsError } from "../errors.ts";
import type { Executor } from "../executor.ts";
import type { Definition } from "../records/define.ts";
import { confine, requireView } from "./confine.ts";
import { goesDown, orderOf } from "./keyset.ts";
import { reachOf, readExtent, withinReach } from "./reach.ts";
import { run, textOf } from "./run.ts";
import type { Search } from "./search.ts";
import { slicesOf } from "./slice.ts";
import { columnsOf, monthOf, ofRow, recordsOf } from "./tables.ts";
import { allOf, filtersOf } from "./where.ts";

export interface ExportOptions {
  /** Names of stored columns, in the order wanted. Default: all that the record has. */
  columns?: readonly string[];
  /** More rows than this are refused. Default: any number is exported. */
  maxRows?: number;
}

/** What a value is like in the text of a COPY. `time` as in `2026-03-14 09:00:00.123456+00`, in UTC. */
export type Shape = "text" | "number" | "flag" | "time" | "json";

export interface ExportColumn {
  name: string;
  shape: Shape;
}

/** What an export has to read, all in one snapshot. */
export interface ExportPlan {
  columns: ExportColumn[];
  /** One SELECT a month, in the order of the search. */
  selects: { text: string; values: readonly unknown[] }[];
  /** The head: no row is numbered above it. */
  bound: string;
  /** How many rows there are; known where `maxRows` is given. */
  rows?: number;
}

/**
 * Plans the export of all that a search finds, whichever page of it the cursor is at. A month at a time: each has a
 * plan of its own, so that what has to be sorted for a filter is never more than a month.
 *
 * @throws AnnalsError FORBIDDEN without the rights to export and to view this kind, USAGE for a column that there is
 *   not, EXPORT_TOO_LARGE above `maxRows`
 */
export async function planExport(
  db: Executor,
  viewer: Viewer,
  definition: Definition,
  search: Search,
  { columns: asked, maxRows }: ExportOptions,
): Promise<ExportPlan> {
  const { cursor: _, bound: __, ...whole } = search;
  requireExport(viewer, definition);
  const mine = confine(viewer, definition, whole);
  const columns = chooseColumns(definition, asked);
  const extent = await readExtent(db, definition);
  const filters = filtersOf(definition, mine);
  const { span, bound } = reachOf(extent, mine.window);
  let rows: number | undefined;
  if (maxRows !== undefined) {
    const where = span ? [...withinReach(definition, span, bound), ...filters] : [sql`false`];
    rows = await countUpTo(db, definition, where, maxRows);
  }
  const list = sql.join(columns.map(exportedValue), sql`, `);
  const order = orderOf(definition.kind, goesDown(mine));
  const selects = slicesOf(extent, mine).map((slice) => {
    const source = slice.partition === null ? recordsOf(definition.kind) : monthOf(slice.partition);
    const where = allOf([...withinReach(definition, slice, bound), ...filters]);
    return textOf(sql`SELECT ${list} FROM ${source} WHERE ${where} ORDER BY ${order}`);
  });
  const shaped = columns.map((column) => ({ name: column.name, shape: shapeOf(column) }));
  return { columns: shaped, selects, bound, ...(rows !== undefined && { rows }) };
}

/** @throws AnnalsError FORBIDDEN without the rights to export and to view this kind of record */
export function requireExport(viewer: Viewer, definition: Definition): void {
  requireView(viewer, definition);
  requirePermission(viewer, "export");
}

function chooseColumns({ kind, title }: Definition, asked?: readonly string[]): PgColumn[] {
  const known = columnsOf(kind);
  if (asked === undefined) return Object.values(known);
  const wrong = asked.find((name, at) => !Object.hasOwn(known, name) || asked.indexOf(name) !== at);
  if (wrong === undefined && asked.length > 0) return asked.map((name) => known[name] as PgColumn);
  throw new AnnalsError(
    "USAGE",
    asked.length === 0
      ? "No column is named"
      : `${title} has no column ${JSON.stringify(wrong?.slice(0, 80))}, or it is named twice`,
    `There are: ${Object.keys(known).join(", ")}.`,
  );
}

/** @throws AnnalsError EXPORT_TOO_LARGE */
async function countUpTo(
  db: Executor,
  { kind, noun }: Definition,
  where: readonly SQL[],
  most: number,
): Promise<number> {
  const limit = sql.raw(String(Math.trunc(most) + 1));
  const [row] = await run<{ rows: number }>(
    db,
    sql`SELECT count(*)::float8 AS rows FROM (SELECT FROM ${recordsOf(kind)} WHERE ${allOf(where)} LIMIT ${limit}) AS found`,
  );
  const rows = row?.rows ?? 0;
  if (rows <= most) return rows;
  throw new AnnalsError(
    "EXPORT_TOO_LARGE",
    `These are more than ${most.toLocaleString("en")} ${noun.many}, and an export may hold no more`,
    "Narrow the filters, or export one month after the other: on=2026-03, on=2026-04, …",
  );
}

function exportedValue(column: PgColumn): SQL {
  const value = ofRow(column);
  return column.getSQLType() === "text[]" ? sql`array_to_json(${value})` : value;
}

function shapeOf(column: PgColumn): Shape {
  switch (column.getSQLType()) {
    case "bigint":
    case "integer":
      return "number";
    case "boolean":
      return "flag";
    case "timestamp with time zone":
      return "time";
    case "jsonb":
    case "text[]":
      return "json";
    default:
      return "text";
  }
}
