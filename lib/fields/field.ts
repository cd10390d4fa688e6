import type { FieldType } from "./field-type.ts";

/**
 * How the values of a text filter are compared: `exact` (default), `prefix`, or `contains`, which is
 * case-insensitive; all literal. Times, counts and bytes are always lower bounds.
 */
export type Match = "exact" | "prefix" | "contains";

/** One field of a record, as plain data. `Column` is a column name of the record's table. */
export interface Field<Column extends string = string> {
  type: FieldType;
  /** Head of the column, term in the detail, name of the chip. */
  label: string;
  /** The column that is filtered, sorted and counted. */
  column: Column;
  /** Further columns that its cell reads. */
  parts?: readonly Column[];
  /** URL parameter. Without one the field cannot be filtered. */
  param?: string;
  match?: Match;
  /** Known values and their labels, in display order. */
  choices?: Readonly<Record<string, string>>;
  /** Values outside `choices` may be stored too. Without it `choices` is the whole vocabulary. */
  open?: true;
  /** May be empty (NULL, `''` or `{}`); the word `none` then finds the empty ones. */
  optional?: true;
  /** Counted in the filter panel. */
  facet?: true;
  /** Left out of list rows: only the detail reads it. */
  bulky?: true;
}
