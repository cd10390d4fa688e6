import type { ChangeRow, Side } from "@/lib/changes/changes.ts";
import { readChanges } from "@/lib/changes/read-changes.ts";
import { Icon } from "../ui/icon.tsx";
import { Recorded } from "../ui/recorded.tsx";
import type { CellProps } from "./cell.ts";
import { Nothing } from "./nothing.tsx";
import { textOf } from "./row.ts";

const longest = 60;

/** The first changed field with its values and how many more there are; of a whole row, how many it has. */
export function ChangesCell({ row }: CellProps) {
  const fields = Array.isArray(row.changed_fields) ? (row.changed_fields as string[]) : [];
  const action = textOf(row, "action");
  const json = row.changes === null ? null : textOf(row, "changes");
  if (!json && fields.length === 0) return <Nothing />;
  // Lists carry no changes above 2 kB, and the values of a whole row would say less than their number.
  const changes = json && action === "UPDATE" ? readChanges(json) : undefined;
  const first = changes?.is === "diff" || changes?.is === "values" ? changes.rows[0] : undefined;
  if (first) return <FirstChange change={first} more={(changes?.is === "diff" ? changes.fields : 1) - 1} />;
  if (action !== "UPDATE") {
    // Only an update has changed fields; of a row that came or went, all are recorded.
    const count = fields.length || Object.keys(JSON.parse(json ?? "{}")).length;
    return `${count} ${count === 1 ? "field" : "fields"}`;
  }
  return (
    <>
      <span className="f">
        <Recorded text={fields[0] ?? ""} />
      </span>
      {fields.length > 1 && <span className="dim"> +{fields.length - 1}</span>}
    </>
  );
}

function FirstChange({ change, more }: { change: ChangeRow; more: number }) {
  const masked = change.before.is === "masked" || change.after.is === "masked";
  return (
    <>
      <span className="f">
        <Recorded text={[change.field, ...change.path].join(".")} />
      </span>{" "}
      {masked ? (
        <span className="dim">masked</span>
      ) : (
        <>
          <Recorded text={brief(change.before)} />
          <Icon name="arrow-right" />
          <span className="sr"> to </span>
          <Recorded text={brief(change.after)} />
        </>
      )}
      {more > 0 && <span className="dim"> +{more}</span>}
    </>
  );
}

function brief(side: Side): string {
  switch (side.is) {
    case "absent":
    case "null":
    case "masked":
      return side.is;
    case "bytes":
      return `${side.length} bytes`;
    default: {
      const text = side.text === "" ? "“”" : side.text;
      return text.length > longest ? `${text.slice(0, longest)}…` : text;
    }
  }
}
