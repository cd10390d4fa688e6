import { atMost, type Result, resultOf } from "../result.ts";
import { ratios } from "../statistics.ts";
import { titles, type Variant, variants } from "./order-tables.ts";

type Figures = Record<Variant, number[]>;

/** The rows of the table for one kind of client: one at a time, and eight at once. */
export function singleResults(client: string, one: Figures, eight: Figures): Result[] {
  const results: Result[] = [];
  const best = (variant: Variant) => Math.min(...one[variant]);
  for (const variant of variants) {
    const name = `single row, ${client}, 1 client`;
    if (variant === "plain") {
      results.push(resultOf(`${name}, plain`, "µs", one.plain));
      continue;
    }
    // Others work on the machine too: the best rounds are the ones that they left alone.
    results.push(
      resultOf(
        `${name}, added by ${titles[variant]} (best rounds)`,
        "µs",
        [best(variant) - best("plain")],
        variant === "annals" ? atMost(30) : undefined,
      ),
    );
  }
  for (const variant of ["annals", "least", "row", "diff"] as const) {
    results.push(
      resultOf(
        `single row, ${client}, 8 clients, ${titles[variant]} ÷ plain`,
        "×",
        ratios(eight[variant], eight.plain),
        variant === "annals" ? atMost(1.35) : undefined,
      ),
    );
  }
  return results;
}
