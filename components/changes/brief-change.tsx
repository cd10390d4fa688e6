import type { ChangeRow, Changes, Side } from "@/lib/changes/changes.ts";
import { Recorded } from "../ui/recorded.tsx";
import { SideValue } from "./side-value.tsx";

const longest = 60;

/** The only change of a record, where it is short enough to be said in a sentence. */
export function briefChange(changes: Changes): ChangeRow | undefined {
  if (changes.is !== "diff" || changes.rows.length !== 1) return undefined;
  const [row] = changes.rows;
  const isBrief = row && row.path.length === 0 && [row.before, row.after].every(isShort);
  return isBrief ? row : undefined;
}

/** “status from new to paid” */
export function BriefChange({ row }: { row: ChangeRow }) {
  const field = (
    <b className="mono">
      <Recorded text={row.field} />
    </b>
  );
  if (row.kind === "masked") return <>{field}, masked when captured</>;
  return (
    <>
      {field} from <SideValue row={row} side="before" /> to <SideValue row={row} side="after" />
    </>
  );
}

function isShort(side: Side): boolean {
  if (side.is === "bytes" || side.is === "cut") return false;
  return !("text" in side) || (side.text.length <= longest && !side.text.includes("\n"));
}
