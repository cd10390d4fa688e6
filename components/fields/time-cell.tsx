import { Go } from "../ui/go.tsx";
import type { CellProps } from "./cell.ts";
import { Instant } from "./instant.tsx";
import { Nothing } from "./nothing.tsx";
import { textOf } from "./row.ts";

/** The moment of the record, and the link to its page; any other moment is plain text. */
export function TimeCell({ field, row, zone, href }: CellProps) {
  const instant = textOf(row, field.column);
  if (!instant) return <Nothing />;
  const time = <Instant instant={instant} zone={zone} />;
  return field.column === "recorded_at" ? <Go href={href}>{time}</Go> : time;
}
