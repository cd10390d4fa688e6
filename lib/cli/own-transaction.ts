import { standbyServer } from "../errors.ts";
import type { Executor } from "../executor.ts";

export interface OwnTransactions {
  /** What a statement may take; 0, the default: any time. */
  longestMs?: number;
  /** For what only reads, which works on a standby too. */
  readOnly?: boolean;
}

/**
 * The same database, each statement in a transaction whose settings are ours: those of the role or the database
 * are for its application (a `statement_timeout`, read only by default, a `search_path`), not for what files its
 * events or looks after them. Settings go with the transaction, so a pooler's next client does not meet them.
 *
 * `db` must be bound to one connection, and be asked one thing at a time.
 *
 * Its queries throw AnnalsError DATABASE_UNREACHABLE on a standby, unless they only read.
 */
export function inOwnTransactions(
  db: Executor,
  { longestMs = 0, readOnly = false }: OwnTransactions = {},
): Executor {
  const begin = (text: string) =>
    db.query(text).catch((error: unknown) => {
      // A transaction that may write is all that PostgreSQL could find unsupported here: it is not on a standby.
      throw (error as { code?: string }).code === "0A000" ? standbyServer(undefined, error) : error;
    });
  return {
    async query<Row>(text: string, values?: readonly unknown[]): Promise<Row[]> {
      await begin(`BEGIN ISOLATION LEVEL READ COMMITTED READ ${readOnly ? "ONLY" : "WRITE"};
        SET LOCAL statement_timeout = ${Math.trunc(longestMs)};
        SET LOCAL idle_in_transaction_session_timeout = 0;
        SET LOCAL search_path = pg_catalog, pg_temp;
        SET LOCAL standard_conforming_strings = on;
        SET LOCAL jit = off`);
      try {
        const rows = await db.query<Row>(text, values);
        await db.query("COMMIT");
        return rows;
      } catch (error) {
        // The first error counts: where the connection is gone, ROLLBACK fails too.
        if (!isSilent(error)) await db.query("ROLLBACK").catch(() => {});
        throw error;
      }
    },
  };
}

/** Then the transaction is gone with its connection, and ROLLBACK would wait for a new one. */
function isSilent(error: unknown): boolean {
  return (error as { code?: string }).code === "DATABASE_UNREACHABLE";
}
