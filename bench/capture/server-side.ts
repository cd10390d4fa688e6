import type postgres from "postgres";
import { alternate } from "../rounds.ts";
import type { Variant } from "./order-tables.ts";
import { spread } from "./single-rows.ts";

const loop = (variant: Variant, from: number, to: number) => `
  DO $$
  DECLARE
    started timestamptz := clock_timestamp();
  BEGIN
    FOR n IN ${from}..${to} LOOP
      UPDATE orders_${variant} SET status = 'packed', total = total + 1, updated_at = clock_timestamp() WHERE id = n;
    END LOOP;
    PERFORM set_config('bench.micros', (extract(epoch FROM clock_timestamp() - started) * 1e6 / ${to - from + 1})::text, false);
  END $$`;

/** µs a single-row statement inside one loop on the server: no client, no commit, no network. */
export async function serverSide(
  sql: postgres.Sql,
  variants: readonly Variant[],
  rounds: number,
): Promise<Record<Variant, number[]>> {
  const session = await sql.reserve();
  const statements = 5_000;
  let from = 1;
  try {
    const work = variants.map((variant) => [
      variant,
      async () => {
        // A row that one transaction updates again and again grows a chain of versions, so each has its turn.
        from = from + statements > spread ? 1 : from + statements;
        await session.unsafe(loop(variant, from, from + statements - 1));
        const [row] = await session`SELECT current_setting('bench.micros')::float8 AS micros`;
        return Number(row?.micros);
      },
    ]);
    return await alternate(Object.fromEntries(work), rounds);
  } finally {
    session.release();
  }
}
