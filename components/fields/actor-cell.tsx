import { Recorded } from "../ui/recorded.tsx";
import { actorName, actorNote } from "./actor-name.ts";
import type { CellProps } from "./cell.ts";

export function ActorCell({ row }: CellProps) {
  const note = actorNote(row);
  return (
    <>
      <Recorded text={actorName(row)} />
      {note && (
        <>
          {" "}
          <span className="tag">
            <Recorded text={note} />
          </span>
        </>
      )}
    </>
  );
}
