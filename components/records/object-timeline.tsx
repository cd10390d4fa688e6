import type { ReactNode } from "react";
import { type Row, textOf } from "../fields/row.ts";
import { groupByDay } from "./group-by-day.ts";
import { type MomentHrefs, ObjectMoment } from "./object-moment.tsx";

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
