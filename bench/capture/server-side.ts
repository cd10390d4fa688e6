import type postgres from "postgres";
import { backendOf } from "../backend.ts";
import { alternate } from "../rounds.ts";
import type { Variant } from "./order-tables.ts";
import { spread } from "./single-rows.ts";
import { updateOneByOne } from "./update-one-by-one.ts";

/**
 * µs of a single-row statement inside one loop on the server: no client, no commit, no network. Processor time
 * where it can be known, else by the clock.
 */
export async function serverSide(
  sql: postgres.Sql,
  variants: readonly Variant[],
  rounds: number,
): Promise<Record<Variant, number[]>> {
  const session = await sql.reserve();
  const backend = await backendOf(session);
  const statements = 5_000;
  let from = 1;
  try {
    const work = variants.map((variant) => [
      variant,
      async () => {
        // A row that one transaction updates again and again grows a chain of versions, so each has its turn.
        from = from + statements > spread ? 1 : from + statements;
        const cpu = backend.cpuMs();
        const start = performance.now();
        await session.unsafe(updateOneByOne(`orders_${variant}`, from, from + statements - 1));
        const ms = performance.now() - start;
        return ((cpu === undefined ? ms : (backend.cpuMs() as number) - cpu) * 1000) / statements;
      },
    ]);
    return await alternate(Object.fromEntries(work), rounds);
  } finally {
    session.release();
  }
}
