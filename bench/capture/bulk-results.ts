import { atMost, type Result, resultOf } from "../result.ts";
import { ratios } from "../statistics.ts";
import { type BulkFigures, bulkSteps } from "./bulk.ts";
import { titles } from "./order-tables.ts";

const goals = { insert: 2.5, update: 3, delete: 6 };

/** The rows of the table for bulk statements of that many rows. */
export function bulkResults({ ms, cpuMs, bytesPerRow }: BulkFigures, rows: number): Result[] {
  const results: Result[] = [];
  const size = rows.toLocaleString("en-US");
  for (const step of bulkSteps) {
    results.push(resultOf(`${size}-row ${step}, plain`, "ms", ms[step].plain));
    for (const variant of ["annals", "least", "row", "diff"] as const) {
      results.push(
        resultOf(
          `${size}-row ${step}, ${titles[variant]} ÷ plain`,
          "×",
          ratios(ms[step][variant], ms[step].plain),
          variant === "annals" ? atMost(goals[step]) : undefined,
        ),
      );
    }
    if (cpuMs[step].plain.length > 0) {
      const share = ratios(cpuMs[step].annals, cpuMs[step].plain);
      results.push(resultOf(`${size}-row ${step}, Annals ÷ plain, processor time`, "×", share));
    }
    results.push(
      resultOf(
        `${size}-row ${step}, Annals ÷ diff in the trigger`,
        "×",
        ratios(ms[step].annals, ms[step].diff),
        atMost(0.5),
      ),
      resultOf(
        `${size}-row ${step}, Annals ÷ the least trigger`,
        "×",
        ratios(ms[step].annals, ms[step].least),
        // What no trigger can do without, docs/adr/017: a fifth is for pairs, chunks, sizes and the slots.
        atMost(1.2),
      ),
    );
  }
  results.push(resultOf("outbox, a row of a bulk statement", "B", bytesPerRow, atMost(100)));
  return results;
}
