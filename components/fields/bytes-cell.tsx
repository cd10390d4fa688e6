import type { CellProps } from "./cell.ts";
import { formatBytes } from "./figures.ts";
import { Nothing } from "./nothing.tsx";
import { textOf } from "./row.ts";

export function BytesCell({ field, row }: CellProps) {
  const bytes = textOf(row, field.column);
  return bytes ? formatBytes(bytes) : <Nothing />;
}
