import { Recorded } from "../ui/recorded.tsx";
import type { CellProps } from "./cell.ts";
import { Nothing } from "./nothing.tsx";
import { textOf } from "./row.ts";

export function TextCell({ field, row }: CellProps) {
  const text = textOf(row, field.column);
  return text ? <Recorded text={text} /> : <Nothing />;
}
