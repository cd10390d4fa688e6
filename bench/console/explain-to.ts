import { writeFileSync } from "node:fs";
import type { Result } from "../result.ts";
import type { Figures } from "./measure-shapes.ts";

/** Writes the statements and plans of whatever missed its goal to a file, the slowest statements first. */
export function explainTo(
  file: string,
  results: readonly Result[],
  figures: ReadonlyMap<string, Figures>,
): void {
  const text = results
    .filter(({ ok }) => !ok)
    .map(({ name, p50, p95 }) => {
      const statements = [...(figures.get(name)?.explained ?? [])].sort((one, other) => other.ms - one.ms);
      const lines = statements
        .slice(0, 6)
        .map(
          (one) =>
            `${one.ms} ms\n${one.text}\n${JSON.stringify(one.values)}\n${JSON.stringify(one.plan, null, 1)}`,
        );
      return `== ${name}: p50 ${p50}, p95 ${p95}, ${statements.length} statements\n${lines.join("\n\n")}`;
    })
    .join("\n\n");
  writeFileSync(file, text);
}
