import postgres from "postgres";
import { executorOf } from "../../lib/adapters/db/postgres-js.ts";
import { fileBatch } from "../../lib/relay/file-batch.ts";
import { type Backend, backendOf } from "../backend.ts";
import { updateOneByOne } from "../capture/update-one-by-one.ts";
import { atMost, type Goal, type Result, resultOf } from "../result.ts";
import { median } from "../statistics.ts";

const holders: [string, string[], Goal | undefined][] = [
  ["nothing", [], undefined],
  ["a snapshot", ["BEGIN ISOLATION LEVEL REPEATABLE READ", "SELECT FROM orders_annals LIMIT 1"], atMost(1.3)],
  ["a writing transaction", ["BEGIN", "UPDATE orders_annals SET status = 'held' WHERE id = 1"], atMost(1.3)],
];

const statementsABatch = 250;

/**
 * What a batch costs in the last quarter of a run of writes ÷ in the first, while another session holds
 * something open all the time. By processor time where it can be known, else by the clock.
 */
export async function heldOpen(url: string, batches: number): Promise<Result[]> {
  const results: Result[] = [];
  for (const [name, statements, goal] of holders) {
    const holder = postgres(url, { max: 1, onnotice: () => {} });
    const sql = postgres(url, { max: 1, onnotice: () => {} });
    const held = await holder.reserve();
    try {
      for (const statement of statements) await held.unsafe(statement);
      const costs = await batchCosts(sql, await backendOf(sql), batches);
      const quarter = Math.floor(batches / 4);
      const growth = median(costs.slice(-quarter)) / median(costs.slice(0, quarter));
      const size = `${batches} batches of ${statementsABatch}`;
      results.push(resultOf(`cost of a batch, ${name} held open`, "ms", costs));
      results.push(resultOf(`growth over ${size}, ${name} held open`, "×", [growth], goal));
      if (statements.length > 0) await held.unsafe("ROLLBACK");
    } finally {
      held.release();
      await Promise.all([holder.end(), sql.end()]);
    }
  }
  return results;
}

async function batchCosts(sql: postgres.Sql, backend: Backend, batches: number): Promise<number[]> {
  const db = executorOf(sql);
  const costs: number[] = [];
  // Plans and caches first.
  for (let batch = -10; batch < batches; batch += 1) {
    const from = 2 + ((batch + 10) % 100) * statementsABatch;
    await sql.unsafe(updateOneByOne("orders_annals", from, from + statementsABatch - 1));
    const cpu = backend.cpuMs();
    const start = performance.now();
    const { taken } = await fileBatch(db, 5000);
    const ms = performance.now() - start;
    if (taken !== statementsABatch) throw new Error(`A batch took ${taken} rows, not ${statementsABatch}.`);
    if (batch >= 0) costs.push(cpu === undefined ? ms : (backend.cpuMs() as number) - cpu);
  }
  return costs;
}
