import type postgres from "postgres";
import { backendOf } from "../backend.ts";
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

type StepFigures = Record<BulkStep, Record<Variant, number[]>>;

export interface BulkFigures {
  /** ms of each statement, by variant and round. */
  ms: StepFigures;
  /** The same in processor time of the server process; empty where it cannot be known. */
  cpuMs: StepFigures;
  /** Bytes that a captured row takes in the outbox, all three statements together. */
  bytesPerRow: number[];
}

/** One statement that inserts, one that updates, one that deletes all `rows` rows. */
export async function bulk(sql: postgres.Sql, rows: number, rounds: number): Promise<BulkFigures> {
  const ms = emptyFigures();
  const cpuMs = emptyFigures();
  const session = await sql.reserve();
  const backend = await backendOf(session);
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
        const cpu = backend.cpuMs();
        const start = performance.now();
        await session.unsafe(statements[step]);
        const took = performance.now() - start;
        ms[step][variant].push(took);
        if (cpu !== undefined) cpuMs[step][variant].push((backend.cpuMs() as number) - cpu);
        total += took;
      }
      if (variant === "annals") bytesPerRow.push(((await outboxBytes(sql)) - before) / (3 * rows));
      return total;
    },
  ]);
  await alternate<Variant>(Object.fromEntries(work), rounds);
  session.release();
  // The first round of each warmed up.
  for (const step of bulkSteps) {
    for (const variant of variants) for (const figures of [ms, cpuMs]) figures[step][variant].shift();
  }
  return { ms, cpuMs, bytesPerRow };
}

function emptyFigures(): StepFigures {
  const none = () => Object.fromEntries(variants.map((variant) => [variant, [] as number[]]));
  return Object.fromEntries(bulkSteps.map((step) => [step, none()])) as StepFigures;
}
