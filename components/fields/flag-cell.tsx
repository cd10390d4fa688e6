import { Icon } from "../ui/icon.tsx";
import { Recorded } from "../ui/recorded.tsx";
import type { CellProps } from "./cell.ts";
import { choiceLabel } from "./choice-label.ts";
import { textOf } from "./row.ts";

export function FlagCell({ field, row }: CellProps) {
  const set = row[field.column] === true;
  const who = set ? textOf(row, "resolved_by") : "";
  return (
    <span className={`act ${set ? "is-add" : ""}`}>
      <Icon name={set ? "check" : "circle"} />
      <span>
        {choiceLabel(field, set ? "1" : "0")}
        {who && (
          <span className="dim">
            {" by "}
            <Recorded text={who} />
          </span>
        )}
      </span>
    </span>
  );
}
