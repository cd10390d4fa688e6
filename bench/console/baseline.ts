import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { median } from "../statistics.ts";
import type { Figures } from "./measure-shapes.ts";

interface Kept {
  p50: number;
  buffers: number;
  plans: string;
}

type Baseline = Record<string, Kept>;

const file = new URL("baseline.json", import.meta.url);

/** The figures of an earlier run over as many rows, by question; none where there was no such run. */
export function readBaseline(rows: number): Baseline {
  return readAll()[String(rows)] ?? {};
}

export function saveBaseline(rows: number, figures: ReadonlyMap<string, Figures>): void {
  const kept = [...figures].map(([name, { ms, buffers, plans }]): [string, Kept] => [
    name,
    { p50: Number(median(ms).toPrecision(3)), buffers, plans },
  ]);
  const all = { ...readAll(), [String(rows)]: { ...readBaseline(rows), ...Object.fromEntries(kept) } };
  const lines = Object.entries(all).map(
    ([size, baseline]) =>
      `  ${JSON.stringify(size)}: {\n${Object.entries(baseline)
        .map(([name, one]) => `    ${JSON.stringify(name)}: ${JSON.stringify(one)}`)
        .join(",\n")}\n  }`,
  );
  writeFileSync(file, `{\n${lines.join(",\n")}\n}\n`);
}

function readAll(): Record<string, Baseline> {
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
}
