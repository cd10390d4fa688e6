import postgres from "postgres";
import { alternate } from "../rounds.ts";
import type { Variant } from "./order-tables.ts";

export interface SingleRows {
  url: string;
  clients: number;
  rounds: number;
  seconds: number;
  variants: readonly Variant[];
}

export const singleRowUpdate = (variant: Variant) =>
  `UPDATE orders_${variant} SET status = $1, total = total + 1, updated_at = clock_timestamp() WHERE id = $2`;

/** How many rows the statements are spread over. */
export const spread = 50_000;

/**
 * µs from one statement to the next as a client of postgres.js sees them, prepared, each a transaction of its
 * own with asynchronous commit. With several clients: µs a statement of all of them together.
 */
export async function singleRows(options: SingleRows): Promise<Record<Variant, number[]>> {
  const { url, clients, rounds, seconds } = options;
  const sql = postgres(url, { max: 1, connection: { synchronous_commit: "off" }, onnotice: () => {} });
  const pool = Array.from({ length: clients }, (_, at) =>
    at === 0 ? sql : postgres(url, { max: 1, connection: { synchronous_commit: "off" }, onnotice: () => {} }),
  );
  try {
    const work = options.variants.map((variant) => [
      variant,
      async () => {
        const statement = singleRowUpdate(variant);
        const start = performance.now();
        const end = start + seconds * 1000;
        const counts = await Promise.all(pool.map((client) => repeat(client, statement, end)));
        return ((performance.now() - start) * 1000) / counts.reduce((sum, count) => sum + count, 0);
      },
    ]);
    return await alternate(Object.fromEntries(work), rounds);
  } finally {
    await Promise.all(pool.map((client) => client.end()));
  }
}

async function repeat(client: postgres.Sql, statement: string, end: number): Promise<number> {
  let count = 0;
  while (performance.now() < end) {
    const id = 1 + Math.floor(Math.random() * spread);
    await client.unsafe(statement, [count % 2 === 0 ? "open" : "paid", id], { prepare: true });
    count += 1;
  }
  return count;
}
