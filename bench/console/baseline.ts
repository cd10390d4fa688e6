import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { median } from "../statistics.ts";
import type { Figures } from "./measure-shapes.ts";

interface Kept {
  p50: number;
  /** Milliseconds on a processor; 0 where the kernel could not tell. */
  cpu: number;
  buffers: number;
  plans: string;
}

type Baseline = Record<string, Kept>;

const file = new URL("baseline.json", import.meta.url);

/** The figures of the run over as many rows that was kept by `--save yes`, by question; none where there was no such run. */
export function readBaseline(rows: number): Baseline {
  return readAll()[String(rows)] ?? {};
}

export function saveBaseline(rows: number, figures: ReadonlyMap<string, Figures>): void {
  const kept = [...figures].map(([name, { ms, cpu, buffers, plans }]): [string, Kept] => [
    name,
    { p50: rounded(median(ms)), cpu: rounded(median(cpu)), buffers, plans },
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

function rounded(ms: number): number {
  return Number(ms.toPrecision(3));
}

function readAll(): Record<string, Baseline> {
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
}
