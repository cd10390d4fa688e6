import { describe, expect, test } from "vitest";
import { atLeast, atMost, resultOf } from "./result.ts";
import { alternate } from "./rounds.ts";
import { median, quantile, ratios } from "./statistics.ts";
import { formatTable } from "./table.ts";

describe("results", () => {
  test("are judged by the median, in the direction of their goal", () => {
    expect(resultOf("a", "ms", [1, 2, 9], atMost(2))).toEqual({
      name: "a",
      p50: 2,
      p95: expect.closeTo(8.3),
      unit: "ms",
      goal: "≤ 2",
      ok: true,
    });
    expect(resultOf("a", "ms", [1, 3, 9], atMost(2)).ok).toBe(false);
    expect(resultOf("b", "/s", [10, 20, 30], atLeast(20))).toMatchObject({ p95: 11, goal: "≥ 20", ok: true });
    expect(resultOf("b", "/s", [10, 19, 30], atLeast(20)).ok).toBe(false);
  });

  test("without a goal miss none", () => {
    expect(resultOf("c", "B", [1e9])).toMatchObject({ goal: null, ok: true });
  });

  test("stand in a table, a missed goal in capitals", () => {
    const table = formatTable([
      resultOf("first", "ms", [1234.5], atMost(2000)),
      resultOf("second", "×", [1.23456], atMost(1)),
      resultOf("third", "B", [0.5]),
    ]);
    expect(table.split("\n").map((line) => line.trimEnd())).toEqual([
      "          goal    p50    p95  unit  ok",
      "──────  ──────  ─────  ─────  ────  ───",
      "first   ≤ 2000  1,235  1,235  ms    yes",
      "second     ≤ 1   1.23   1.23  ×     NO",
      "third             0.5    0.5  B",
    ]);
  });
});

describe("rounds", () => {
  test("run each variant once, a different one first each time, and leave the first round out", async () => {
    const order: string[] = [];
    let figure = 0;
    const variant = (name: string) => async () => {
      order.push(name);
      figure += 1;
      return figure;
    };
    const figures = await alternate({ a: variant("a"), b: variant("b") }, 2);
    expect(order).toEqual(["a", "b", "b", "a", "a", "b"]);
    expect(figures).toEqual({ a: [4, 5], b: [3, 6] });
  });

  test("are summed up by quantiles between their values", () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(quantile([10, 20], 0.95)).toBeCloseTo(19.5);
    expect(() => median([])).toThrow(RangeError);
    expect(ratios([2, 9], [1, 3])).toEqual([2, 3]);
    expect(() => ratios([1], [1, 2])).toThrow(RangeError);
  });
});
