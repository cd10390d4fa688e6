import type postgres from "postgres";
import { alternate } from "../rounds.ts";
import {
  emptyHistories,
  insertRows,
  outboxBytes,
  updateRows,
  type Variant,
  variants,
} from "./order-tables.ts";

export type BulkStep = "insert" | "update" | "delete";
export const bulkSteps: readonly BulkStep[] = ["insert", "update", "delete"];

export interface BulkFigures {
  /** ms of each statement, by variant and round. */
  ms: Record<BulkStep, Record<Variant, number[]>>;
  /** Bytes that a captured row takes in the outbox, all three statements together. */
  bytesPerRow: number[];
}

/** One statement that inserts, one that updates, one that deletes all `rows` rows. */
export async function bulk(sql: postgres.Sql, rows: number, rounds: number): Promise<BulkFigures> {
  const ms = Object.fromEntries(
    bulkSteps.map((step) => [step, Object.fromEntries(variants.map((variant) => [variant, [] as number[]]))]),
  ) as BulkFigures["ms"];
  const bytesPerRow: number[] = [];
  const work = variants.map((variant) => [
    variant,
    async () => {
      const table = `orders_${variant}`;
      await sql.unsafe(`TRUNCATE ${table}`);
      await emptyHistories(sql);
      // What a round before left to write would be written during this one.
      await sql`CHECKPOINT`;
      const before = await outboxBytes(sql);
      const statements = {
        insert: insertRows(table, String(rows)),
        update: updateRows(table),
        delete: `DELETE FROM ${table}`,
      };
      let total = 0;
      for (const step of bulkSteps) {
        const start = performance.now();
        await sql.unsafe(statements[step]);
        const took = performance.now() - start;
        ms[step][variant].push(took);
        total += took;
      }
      if (variant === "annals") bytesPerRow.push(((await outboxBytes(sql)) - before) / (3 * rows));
      return total;
    },
  ]);
  await alternate<Variant>(Object.fromEntries(work), rounds);
  // The first round of each warmed up.
  for (const step of bulkSteps) for (const variant of variants) ms[step][variant].shift();
  return { ms, bytesPerRow };
}
