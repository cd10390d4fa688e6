import type { Result } from "./result.ts";

/** The results as a table of plain text. */
export function formatTable(results: readonly Result[]): string {
  const extra = [...new Set(results.flatMap(({ more }) => Object.keys(more ?? {})))];
  const head = ["", "goal", "p50", "p95", "unit", "ok", ...extra];
  const lines = results.map((r) => [
    r.name,
    r.goal ?? "",
    formatFigure(r.p50),
    formatFigure(r.p95),
    r.unit,
    r.goal === null ? "" : r.ok ? "yes" : "NO",
    ...extra.map((column) => textOf(r.more?.[column])),
  ]);
  const widths = head.map((_, column) =>
    Math.max(...[head, ...lines].map((line) => (line[column] as string).length)),
  );
  const isNumber = (column: number) =>
    (column >= 1 && column <= 3) ||
    (column > 5 && results.some(({ more }) => typeof more?.[head[column] as string] === "number"));
  return [head, widths.map((width) => "─".repeat(width)), ...lines]
    .map((line) =>
      line
        .map((cell, column) => {
          const width = widths[column] as number;
          return isNumber(column) ? cell.padStart(width) : cell.padEnd(width);
        })
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function textOf(value: string | number | undefined): string {
  return typeof value === "number" ? formatFigure(value) : (value ?? "");
}

/** Three significant digits, or whole numbers from 100 on. */
function formatFigure(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  if (Number.isInteger(value) || Math.abs(value) >= 100) return Math.round(value).toLocaleString("en-US");
  return Number(value.toPrecision(3)).toString();
}
