import { type SQL, sql } from "drizzle-orm";
import type { PgColumn } from "drizzle-orm/pg-core";
import type { Field } from "../fields/field.ts";
import type { FieldType } from "../fields/field-type.ts";
import type { Filter } from "../fields/filter.ts";
import type { Kind } from "../records/define.ts";
import { escapeLike } from "./search-text.ts";
import { columnOf, ofRow } from "./tables.ts";

/** What a filter means in SQL before its negation: a row matches any of the parts. */
type Condition = (kind: Kind, field: Field, filter: Filter) => SQL[];

const anyOf: Condition = (kind, field, { values, words }) => {
  const stored = columnOf(kind, field.column);
  const column = ofRow(stored);
  const parts = words.includes("none") ? [isEmpty(stored)] : [];
  if (values.length === 0) return parts;
  switch (field.match ?? "exact") {
    case "prefix":
      return [...parts, ...values.map((value) => sql`starts_with(${column}, ${value})`)];
    case "contains":
      return [...parts, ...values.map((value) => contains(column, value))];
    case "exact":
      return [...parts, sql`${column} IN (${list(values)})`];
  }
};

const conditions = {
  time: (kind, field, { values }) =>
    values.map((value) => sql`${ofRow(columnOf(kind, field.column))} >= ${value}::timestamptz`),
  actor(kind, field, filter) {
    const attribution = ofRow(columnOf(kind, "attribution"));
    const parts = anyOf(kind, field, filter);
    if (!filter.words.includes("unattributed")) return parts;
    return [...parts, sql`${attribution} IN ('database_role', 'none')`];
  },
  object: anyOf,
  choice: anyOf,
  text: anyOf,
  code: anyOf,
  address(kind, field, { values, words }) {
    const column = ofRow(columnOf(kind, field.column));
    const parts = values.map((value) =>
      value.includes("/") ? sql`${column} <<= ${value}::inet` : sql`${column} = ${value}::inet`,
    );
    return words.includes("none") ? [sql`${column} IS NULL`, ...parts] : parts;
  },
  count: atLeast,
  bytes: atLeast,
  flag: (kind, field, { values }) =>
    values.map(
      (value) => sql`${ofRow(columnOf(kind, field.column))} = ${sql.raw(value === "1" ? "true" : "false")}`,
    ),
  /** By the names of changed fields, the first of the field's parts. */
  changes(kind, field, { values, words }) {
    const names = ofRow(columnOf(kind, field.parts?.[0] ?? field.column));
    const parts = words.includes("none") ? [sql`${names} = '{}'`] : [];
    return values.length === 0 ? parts : [...parts, sql`${names} && ARRAY[${list(values)}]::text[]`];
  },
} as const satisfies Record<FieldType, Condition>;

/** The SQL of one filter. Excluding a value keeps the rows that have none. */
export function conditionOf(kind: Kind, field: Field, filter: Filter): SQL {
  const condition: Condition = conditions[field.type];
  const any = sql`(${sql.join(condition(kind, field, filter), sql` OR `)})`;
  return filter.negated ? sql`${any} IS NOT TRUE` : any;
}

/** Case-insensitive and literal: `%`, `_` and `\` mean themselves. */
function contains(text: SQL, part: string): SQL {
  return sql`lower(${text}) LIKE lower(${`%${escapeLike(part)}%`})`;
}

function atLeast(kind: Kind, field: Field, { values }: Filter): SQL[] {
  return values.map((value) => sql`${ofRow(columnOf(kind, field.column))} >= ${value}::bigint`);
}

function isEmpty(column: PgColumn): SQL {
  const value = ofRow(column);
  return column.notNull ? sql`${value} = ''` : sql`${value} IS NULL OR ${value} = ''`;
}

export function list(values: readonly string[]): SQL {
  return sql.join(
    values.map((value) => sql`${value}`),
    sql`, `,
  );
}
