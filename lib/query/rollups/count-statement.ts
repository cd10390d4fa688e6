import { type SQL, sql } from "drizzle-orm";
import type { Kind } from "../../records/define.ts";
import { facetText } from "../facet-text.ts";
import { ofRow, recordsOf, tables } from "../tables.ts";
import { allOf } from "../where.ts";
import type { Pieces } from "./pieces.ts";
import type { Term } from "./terms.ts";

/** Rows that are read from the record itself and added to what the rollups say, or taken from it. */
export interface Loose {
  sign: 1 | -1;
  conditions: SQL[];
}

export interface Counting {
  kind: Kind;
  /** What is wanted, each by a column or in one figure. */
  groups: readonly { by?: string; terms: readonly Term[] }[];
  pieces: Pieces;
  loose: readonly Loose[];
  /** The filters of the search. */
  filters: readonly SQL[];
  /** Where each bucket begins, from number 1 on. */
  starts: readonly string[];
}

/**
 * The rows of a subquery `found` with columns part (a group's place), bucket, value, n: to be summed up. The
 * look-ups and the loose rows are of one statement, so of one snapshot.
 */
export function countStatement({ kind, groups, pieces, loose, filters, starts }: Counting): SQL {
  const by = groups.map((group) => group.by);
  const recordedAt = ofRow(tables[kind].recorded_at);
  const values = by.map(
    (column, at) => sql`${column ? facetText(kind, column) : sql`''`} AS ${part("v", at)}`,
  );
  const bucket =
    starts.length === 1
      ? sql`1`
      : sql`width_bucket(${recordedAt}, ARRAY[${list(starts.map((start) => sql`${start}::timestamptz`))}])`;
  const looseRows = loose.map(
    ({ sign, conditions }) => sql`SELECT ${bucket} AS bucket, ${sql.raw(String(sign))} AS n, ${list(values)}
      FROM ${recordsOf(kind)} WHERE ${allOf([...conditions, ...filters])}`,
  );
  const none = sql`SELECT 1 AS bucket, 0 AS n, ${list(values.map((_, at) => sql`'' AS ${part("v", at)}`))} WHERE false`;
  const sources = groups.flatMap(({ terms, by: column }, at) => [
    ...terms.flatMap((term) => lookUps(term, column, at, pieces, starts.length === 1)),
    sql`SELECT ${sql.raw(String(at))}, bucket, ${byBytes(part("v", at))}, n FROM loose`,
  ]);
  return sql`
    WITH month_piece AS MATERIALIZED (SELECT * FROM ${records(pieces.months, "bucket int, month date")}),
    day_piece AS MATERIALIZED (SELECT * FROM ${records(pieces.days, "bucket int, day date")}),
    quarter_piece AS MATERIALIZED (SELECT * FROM ${records(pieces.quarters, "bucket int, day date, low int, high int")}),
    loose AS MATERIALIZED (${sql.join(looseRows.length > 0 ? looseRows : [none], sql` UNION ALL `)}),
    found(part, bucket, value, n) AS (${sql.join(sources, sql` UNION ALL `)})`;
}

/**
 * One term in the three sizes of piece, as far as there are any. Figures without a value are summed up each by itself:
 * what is left is a row for each bucket. With values they are left to the one sum over all pieces, since to sort and
 * group the names of a week twice took a quarter longer.
 */
function lookUps(term: Term, by: string | undefined, at: number, pieces: Pieces, isOne: boolean): SQL[] {
  const place = by === undefined ? -1 : term.shape.columns.indexOf(by);
  const where = allOf(conditionsOf(term));
  const bucket = isOne ? sql`1` : sql`p.bucket`;
  const [group, sign] = [at, term.sign].map((number) => sql.raw(String(number)));
  const sum = (n: SQL, from: SQL) =>
    place < 0
      ? sql`SELECT ${group}, ${bucket}, ${byBytes(sql`''`)}, ${sign} * sum(${n})::bigint FROM ${from} AND ${where}
          ${isOne ? sql`HAVING count(*) > 0` : sql`GROUP BY ${bucket}`}`
      : sql`SELECT ${group}, ${bucket}, ${byBytes(letter(place))}, ${sign} * ${n} FROM ${from} AND ${where}`;
  // Of a single period no piece has to be told where it belongs.
  const whole = (table: string, date: string) =>
    sql.raw(
      isOne
        ? `annals.rollup_${table} r`
        : `${table}_piece p JOIN annals.rollup_${table} r ON r.${date} = p.${date}`,
    );
  const months = among(
    "month",
    pieces.months.map(({ month }) => month),
  );
  const days = among(
    "day",
    pieces.days.map(({ day }) => day),
  );
  const edges = among(
    "day",
    pieces.quarters.map(({ day }) => day),
  );
  return [
    ...(pieces.months.length > 0 ? [sum(sql`r.n`, sql`${whole("month", "month")} WHERE ${months}`)] : []),
    ...(pieces.days.length > 0 ? [sum(sql`r.n`, sql`${whole("day", "day")} WHERE ${days}`)] : []),
    ...(pieces.quarters.length > 0
      ? [
          sum(
            sql`q.q / 96`,
            sql`quarter_piece p JOIN annals.rollup_day r ON r.day = p.day CROSS JOIN LATERAL unnest(r.quarters) AS q(q)
              WHERE q.q % 96 >= p.low AND q.q % 96 < p.high AND ${edges}`,
          ),
        ]
      : []),
  ];
}

/** Columns that the shape has not are `''`, which is said, so that the index is used up to the date. */
function conditionsOf({ shape, demands }: Term): SQL[] {
  const conditions = [sql`r.shape = ${sql.raw(String(shape.shape))}`];
  for (const place of [0, 1, 2]) {
    const column = shape.columns[place];
    const demand = demands.find((one) => one.column === column);
    if (column === undefined) conditions.push(sql`${letter(place)} = ''`);
    else if (demand) {
      const values = demand.values.map((value) =>
        // As PostgreSQL writes it.
        column === "ip" && value !== "" ? sql`abbrev(${value}::inet)` : sql`${value}`,
      );
      conditions.push(sql`${letter(place)} IN (${list(values)})`);
    }
  }
  return conditions;
}

/** The dates once more, as constants: without them the planner reads a shape from its first day on. */
function among(column: "month" | "day", dates: readonly string[]): SQL {
  return sql`${sql.raw(`r.${column}`)} IN (${list([...new Set(dates)].map((date) => sql`${date}::date`))})`;
}

/** Values are told apart by sorting; by the rules of a language that takes twice as long as all the rest. */
function byBytes(value: SQL): SQL {
  return sql`${value} COLLATE "C"`;
}

function letter(place: number): SQL {
  return sql.raw(`r.${"abc"[place]}`);
}

function part(prefix: string, at: number): SQL {
  return sql.raw(`${prefix}${at}`);
}

function records(rows: readonly object[], columns: string): SQL {
  return sql`json_to_recordset(${JSON.stringify(rows)}::text::json) AS x(${sql.raw(columns)})`;
}

function list(parts: readonly SQL[]): SQL {
  return sql.join([...parts], sql`, `);
}
