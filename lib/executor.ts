/**
 * All that the library knows of a database: run one parametrised statement, get its rows as objects.
 *
 * `text` uses `$1 … $n`; values are passed as they are, and a plain string is always safe for `json`,
 * `timestamptz` and `bigint` parameters. Implementations must reject with the driver's own error.
 */
export interface Executor {
  query<Row = Record<string, unknown>>(text: string, values?: readonly unknown[]): Promise<Row[]>;
}
