import { Recorded } from "../ui/recorded.tsx";
import type { CellProps } from "./cell.ts";
import { groupDigits } from "./figures.ts";
import { Nothing } from "./nothing.tsx";
import { textOf } from "./row.ts";

export function CodeCell({ field, row }: CellProps) {
  const text = textOf(row, field.column);
  if (!text) return <Nothing />;
  if (field.column === "seq") return groupDigits(text);
  const line = field.column === "function_name" ? textOf(row, "line_number") : "";
  return (
    <span className="mono">
      <Recorded text={line ? `${text}:${line}` : text} />
    </span>
  );
}
