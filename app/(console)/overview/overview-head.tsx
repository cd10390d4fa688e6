import { clockAt, zoneLabel } from "@/components/fields/time.ts";
import { windowRange } from "@/components/records/describe-window.ts";
import { Problems } from "@/components/records/problems.tsx";
import { Go } from "@/components/ui/go.tsx";
import type { OpenedOverview } from "./open-overview.ts";
import { overviewHref, windows } from "./overview-params.ts";

/** Of which time it is, and of which others it can be. */
export function OverviewHead({ overview }: { overview: OpenedOverview }) {
  const { from, days, window, zone, problems, now } = overview;
  const year = clockAt(now.toISOString(), zone).date.slice(0, 4);
  return (
    <>
      <div className="title">
        <h1>Overview</h1>
        <p className="count">last {windows.find((known) => known.days === days)?.words}</p>
        <div className="acts">
          <nav className="seg" aria-label="Window">
            {windows.map((known) => (
              <Go
                key={known.from}
                href={overviewHref(known.from, zone)}
                aria-current={known.from === from || undefined}
              >
                {known.label}
              </Go>
            ))}
          </nav>
        </div>
      </div>
      <p className="soft">
        {windowRange({ ...window, given: { from, to: "now" } }, zone, year)} {zoneLabel(zone)}, against as
        long a time before it.
      </p>
      <Problems problems={problems} withoutHref={overviewHref(from, zone)} />
    </>
  );
}
