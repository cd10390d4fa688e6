import type { ReactNode } from "react";
import { type Row, textOf } from "../fields/row.ts";
import { groupByDay } from "./group-by-day.ts";
import { ObjectMoment } from "./object-moment.tsx";

export interface MomentHrefs {
  /** The page of the record. */
  record: (row: Row) => string;
  /** The page of its actor, where there is one. */
  actor: (row: Row) => string | undefined;
}

interface Props {
  rows: readonly Row[];
  zone: string;
  /** The date of today in the zone. */
  today: string;
  hrefs: MomentHrefs;
}

/** What happened to one object, day by day, with its changes. */
export function ObjectTimeline({ rows, zone, today, hrefs }: Props): ReactNode {
  const days = groupByDay(rows, (row) => textOf(row, "recorded_at"), zone, today);
  return days.map(({ date, title, items }) => (
    <section key={date} className="tl-day">
      <h3>
        {title}
        <span>
          {items.length} {items.length === 1 ? "event" : "events"} here
        </span>
      </h3>
      <ol className="tl">
        {items.map((row) => (
          <ObjectMoment key={textOf(row, "seq")} row={row} zone={zone} hrefs={hrefs} />
        ))}
      </ol>
    </section>
  ));
}
