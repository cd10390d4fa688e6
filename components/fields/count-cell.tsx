import type { CellProps } from "./cell.ts";
import { groupDigits } from "./figures.ts";
import { Nothing } from "./nothing.tsx";
import { textOf } from "./row.ts";

export function CountCell({ field, row }: CellProps) {
  const count = textOf(row, field.column);
  return count ? groupDigits(count) : <Nothing />;
}
