import { Recorded } from "../ui/recorded.tsx";
import type { CellProps } from "./cell.ts";
import { Nothing } from "./nothing.tsx";
import { textOf } from "./row.ts";

export function ObjectCell({ row }: CellProps) {
  const type = textOf(row, "object_type");
  const name = textOf(row, "object_label") || textOf(row, "object_id");
  if (!type && !name) return <Nothing />;
  return (
    <>
      {type && (
        <>
          <span className="ty">
            <Recorded text={type} />
          </span>{" "}
        </>
      )}
      <span className="ob">
        <Recorded text={name} />
      </span>
    </>
  );
}
