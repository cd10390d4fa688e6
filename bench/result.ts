import { median, quantile } from "./statistics.ts";

export interface Goal {
  kind: "at most" | "at least";
  value: number;
  /** What has to meet it: the median, or what 95 % of the rounds keep to. */
  by: "p50" | "p95";
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
  /** The goal is met. Always true without one. */
  ok: boolean;
  /** Further columns of the table. */
  more?: Readonly<Record<string, string | number>>;
}

export function atMost(value: number, by: Goal["by"] = "p50"): Goal {
  return { kind: "at most", value, by };
}

export function atLeast(value: number): Goal {
  return { kind: "at least", value, by: "p50" };
}

/** Sums up the rounds of one figure. */
export function resultOf(name: string, unit: string, rounds: readonly number[], goal?: Goal): Result {
  const p50 = median(rounds);
  const p95 = quantile(rounds, goal?.kind === "at least" ? 0.05 : 0.95);
  if (!goal) return { name, p50, p95, unit, goal: null, ok: true };
  const figure = { p50, p95 }[goal.by];
  const ok = goal.kind === "at most" ? figure <= goal.value : figure >= goal.value;
  const text = `${goal.by === "p95" ? "p95 " : ""}${goal.kind === "at most" ? "≤" : "≥"} ${goal.value}`;
  return { name, p50, p95, unit, goal: text, ok };
}
