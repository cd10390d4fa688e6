import { AsyncLocalStorage } from "node:async_hooks";
import { AnnalsError } from "../../errors.ts";

/** Which pool a transaction has its connection from. The options object is the one thing that all handles of a pool share. */
interface OpenTransaction {
  pool: object;
  open: boolean;
}

const storage = new AsyncLocalStorage<OpenTransaction>();

/** Runs `fn` as the body of a transaction on a connection of `pool`. */
export async function insideTransaction<T>(pool: object, fn: () => T | Promise<T>): Promise<Awaited<T>> {
  const transaction: OpenTransaction = { pool, open: true };
  try {
    return await storage.run(transaction, fn);
  } finally {
    transaction.open = false;
  }
}

/**
 * On a pool of one connection, a statement outside the transaction waits for the transaction to end, and the
 * transaction for the statement: forever, without a word.
 *
 * @throws AnnalsError USAGE instead
 */
export function refuseDeadlock(pool: { max?: number }): void {
  const transaction = storage.getStore();
  if (pool.max !== 1 || !transaction?.open || transaction.pool !== pool) return;
  throw new AnnalsError(
    "USAGE",
    "A statement outside the transaction would wait forever: the pool has one connection, and the transaction holds it",
    "Use the transaction's own handle inside it (`sql.begin(async (tx) => …)`, `{ tx }` for events), or a pool with more connections.",
  );
}
