import type { ReactNode } from "react";
import type { ChangeRow, Side } from "@/lib/changes/changes.ts";
import { formatBytes, groupDigits } from "../fields/figures.ts";
import { Recorded } from "../ui/recorded.tsx";

/** One side of a change. What was taken out is struck, what was put in underlined, what stayed stands as it is. */
export function SideValue({ row, side }: { row: ChangeRow; side: "before" | "after" }) {
  const value = row[side];
  const content = contentOf(value, row.path.length > 0);
  if (content === undefined) return <Plain value={value} side={side} />;
  const named = row.kind === "type changed" && <span className="dim"> {value.is}</span>;
  const marked = row.kind !== "unchanged" && row.kind !== "recorded";
  const Tag = !marked ? "span" : side === "before" ? "del" : "ins";
  return (
    <>
      <Tag className="val">{content}</Tag>
      {value.is === "cut" && <span className="dim"> cut, of {groupDigits(value.length)} characters</span>}
      {named}
    </>
  );
}

/** The text of a side that has one. Inside JSON a text is quoted, so that "2" is not 2. */
function contentOf(side: Side, quoted: boolean): ReactNode {
  switch (side.is) {
    case "text":
      if (quoted) return <Recorded text={JSON.stringify(side.text)} />;
      return side.text === "" ? undefined : <Recorded text={side.text} />;
    case "number":
    case "boolean":
    case "object":
    case "array":
    case "cut":
      return <Recorded text={side.text} />;
    case "bytes":
      return `${formatBytes(String(side.length))}, SHA-256 ${side.sha256.slice(0, 16)}…`;
    default:
      return undefined;
  }
}

/** What is no value: told apart in words. */
function Plain({ value, side }: { value: Side; side: "before" | "after" }) {
  switch (value.is) {
    case "masked":
      return (
        <>
          <span className="mask" aria-hidden="true">
            ••••••
          </span>{" "}
          <span>{side === "before" ? "masked when captured" : "differs from before"}</span>
        </>
      );
    case "null":
      return <span className="absent">null</span>;
    case "absent":
      return <span className="absent">absent</span>;
    default:
      return <span className="absent">empty text</span>;
  }
}
