import { median, quantile } from "./statistics.ts";

export interface Goal {
  kind: "at most" | "at least";
  value: number;
}

/** One line of a bench's table, and of its JSON. */
export interface Result {
  name: string;
  p50: number;
  /** What 95 % of the rounds kept to: the 95th percentile, or the 5th where more is better. */
  p95: number;
  unit: string;
  /** Such as `≤ 30`; null where the figure only explains another. */
  goal: string | null;
  /** p50 meets the goal. Always true without one. */
  ok: boolean;
}

export function atMost(value: number): Goal {
  return { kind: "at most", value };
}

export function atLeast(value: number): Goal {
  return { kind: "at least", value };
}

/** Sums up the rounds of one figure. */
export function resultOf(name: string, unit: string, rounds: readonly number[], goal?: Goal): Result {
  const p50 = median(rounds);
  const p95 = quantile(rounds, goal?.kind === "at least" ? 0.05 : 0.95);
  if (!goal) return { name, p50, p95, unit, goal: null, ok: true };
  const ok = goal.kind === "at most" ? p50 <= goal.value : p50 >= goal.value;
  return { name, p50, p95, unit, goal: `${goal.kind === "at most" ? "≤" : "≥"} ${goal.value}`, ok };
}
