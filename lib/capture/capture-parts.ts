/** What tells the relay who wrote, where no context does. */
export const context = `pg_catalog.current_setting('annals.context', true),
            pg_catalog.current_setting('application_name', true), pg_catalog.inet_client_addr()`;

/** A whole row is named by this alias with a star, or a column of the same name would be taken instead. */
export const row = '"annals.row"';

/** The rows of a transition table, each whole and with its place from 0 on. */
export function numbered(rows: string): string {
  return `SELECT COALESCE(${row}.*) AS whole, pg_catalog.row_number() OVER () OPERATOR(pg_catalog.-) 1 AS n FROM ${rows} ${row}`;
}

/** Where the rows of a statement go, in the order of the values of `context` behind them. */
export const outboxOfMany =
  "INSERT INTO annals.outbox (op, relation, object_type, rows, old_rows, new_rows, context, application, client)";

/** Operation of a statement, as the outbox has it. */
export type Op = "I" | "D" | "U";

/**
 * Bytes of rows, as they are stored, that become one JSON text. A value may be compressed to a 255th, and its
 * characters written as six each: more could exceed the 1 GB that a text can hold.
 */
export const jsonBytes = 512 * 1024;
