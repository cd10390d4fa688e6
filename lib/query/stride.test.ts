import { expect, test } from "vitest";
import type { Slice } from "./slice.ts";
import { Stride } from "./stride.ts";

const month = (rows: number): Slice => ({ from: "a", to: "b", rows, partition: "audit_log_202601" });
const months = (count: number, rows = 1000) =>
  Array.from({ length: count }, () => month(rows)) as [Slice, ...Slice[]];
const all = () => true;

test("empty months are taken together, twice as many each time, twelve at most", () => {
  const stride = new Stride(2500);
  const taken = Array.from({ length: 6 }, () => {
    const { length } = stride.take(months(24), 51, all);
    stride.adapt(length, 0, 0, 51);
    return length;
  });
  expect(taken).toEqual([1, 2, 4, 8, 12, 12]);
});

test("no more months than will do, nor than an index may come upon, nor than a statement should read", () => {
  const stride = new Stride(2500);
  stride.adapt(4, 20, 20, 30);
  expect(stride.take(months(24), 51, all)).toHaveLength(6);
  stride.adapt(4, 1000, 1, 51);
  expect(stride.take(months(24), 51, all)).toHaveLength(5);
  stride.adapt(4, 0, 0, 51);
  expect(stride.take(months(24, 1_000_000), 51, all)).toHaveLength(3);
  expect(stride.take(months(1, 9_000_000), 51, all)).toHaveLength(1);
});

test("those before the one that was too much, or one at a time, and never past a month that has to be looked at by itself", () => {
  const stride = new Stride(2500);
  stride.adapt(8, 0, 0, 51);
  expect(stride.take([month(1), month(2), month(3), month(4)], 51, ({ rows }) => rows < 3)).toHaveLength(2);
  stride.shorten(3);
  expect(stride.take(months(24), 51, all)).toHaveLength(3);
  stride.shorten(0);
  expect(stride.take(months(24), 51, all)).toHaveLength(1);
});

test("where the rollups have told what to expect, as many as hold what is wanted; until an index finds more", () => {
  const stride = new Stride(2500);
  const told = (...expected: number[]) =>
    expected.map((one) => ({ ...month(1000), expected: one })) as [Slice, ...Slice[]];
  expect(stride.take(told(10, 20, 30, 40, 50), 51, all)).toHaveLength(3);
  expect(stride.take(told(10, 2500, 30), 51, all)).toHaveLength(1);
  expect(stride.take([...told(10, 20), { ...month(1000), crowded: true }], 51, all)).toHaveLength(2);
  expect(stride.take(told(...Array(24).fill(1)), 51, all)).toHaveLength(12);
  stride.shorten(2);
  expect(stride.take(told(10, 10, 10, 10), 51, all)).toHaveLength(2);
});
