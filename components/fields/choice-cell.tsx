import { Icon } from "../ui/icon.tsx";
import { Recorded } from "../ui/recorded.tsx";
import type { CellProps } from "./cell.ts";
import { choiceLabel } from "./choice-label.ts";
import { markOf } from "./marks.ts";
import { Nothing } from "./nothing.tsx";
import { textOf } from "./row.ts";

export function ChoiceCell({ field, row }: CellProps) {
  const value = textOf(row, field.column);
  const also = (field.parts ?? []).map((part) => textOf(row, part)).filter(Boolean);
  if (!value && also.length === 0) return <Nothing />;
  const mark = markOf(field.column, value);
  const words = [mark?.word ?? choiceLabel(field, value), ...also].filter(Boolean).join(", ");
  if (!mark) return <Recorded text={words} />;
  return (
    <span className={`act ${mark.tone ?? ""}`}>
      <Icon name={mark.icon} />
      <Recorded text={words} />
    </span>
  );
}
