import type { Field } from "../fields/field.ts";

/** The four kinds of record; also the slugs of their pages. */
export type Kind = "audit" | "logins" | "exports" | "events";

export interface Section {
  title: string;
  fields: readonly string[];
}

/**
 * One kind of record as plain data, safe in the browser: it drives the URL, the SQL, facets, table, detail,
 * export, command line and documentation. No function, no markup and no SQL belongs in it.
 */
export interface Definition<K extends Kind = Kind> {
  kind: K;
  /** Its table in schema `annals`; also `record` in `annals.segment`. */
  record: "audit_log" | "login_attempt" | "data_export" | "system_event";
  title: string;
  noun: { one: string; many: string };
  /** By field name, in the order of the filter panel. */
  fields: Readonly<Record<string, Field>>;
  /** Columns of the list, shown unless hidden by the reader. */
  columns: readonly string[];
  /** Columns of the list that a reader can add. */
  hidden: readonly string[];
  /** The detail page, in order. */
  sections: readonly Section[];
  /** Columns that `q` searches. */
  search: readonly string[];
  /** Sort keys of the URL; only what an index serves. */
  sorts: Readonly<Record<string, string>>;
  /** Columns shown nowhere, each for a reason that stands beside it. */
  internal: readonly string[];
}

/**
 * Checks a definition against the row type of its table: every column, field name and search column must
 * exist. Use: `define<AuditRow>()({ … })`.
 */
export function define<Row>() {
  type Column = keyof Row & string;
  return <const K extends Kind, const Fields extends Record<string, Field<Column>>>(
    definition: Definition<K> & {
      fields: Fields;
      columns: readonly (keyof Fields)[];
      hidden: readonly (keyof Fields)[];
      sections: readonly { title: string; fields: readonly (keyof Fields)[] }[];
      search: readonly Column[];
      sorts: Record<string, Column>;
      internal: readonly Column[];
    },
  ): Definition<K> => definition;
}
