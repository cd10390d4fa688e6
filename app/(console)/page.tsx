import type { Metadata } from "next";
import { ConsoleFrame } from "../console-frame.tsx";
import { Outage } from "../outage.tsx";
import { Part } from "../part.tsx";
import { settle } from "../settle.ts";
import type { GivenParams } from "./given-params.ts";
import { ActivityPanels } from "./overview/activity-panels.tsx";
import { FailingAddressesPanel } from "./overview/failing-addresses-panel.tsx";
import { FreshnessPanel } from "./overview/freshness-panel.tsx";
import { LargestExportsPanel } from "./overview/largest-exports-panel.tsx";
import { OpenEventsPanel } from "./overview/open-events-panel.tsx";
import { openOverview } from "./overview/open-overview.ts";
import { OverviewFigures } from "./overview/overview-figures.tsx";
import { OverviewHead } from "./overview/overview-head.tsx";
import { overviewHref } from "./overview/overview-params.ts";
import { startOverview } from "./overview/start-overview.ts";

export const metadata: Metadata = { title: "Overview" };

/** What happened lately, in figures, and the ways from each to what it counts. */
export default async function OverviewPage({ searchParams }: { searchParams: Promise<GivenParams> }) {
  const opened = await settle("the viewer", openOverview(await searchParams));
  if ("failure" in opened) return <Outage failure={opened.failure} href="/" />;
  const overview = opened.value;
  const { viewer, streamed, zone, from } = overview;
  const parts = startOverview(overview);
  const given = { overview, parts };
  return (
    <ConsoleFrame
      viewer={viewer}
      streamed={streamed}
      zone={zone}
      hrefIn={(other) => overviewHref(from, other)}
      current="overview"
    >
      <OverviewHead overview={overview} />
      <Part streamed={streamed} fallback={<div className="stmt whole busy" aria-busy="true" />}>
        <OverviewFigures {...given} />
      </Part>
      <div className="panels">
        <ActivityPanels {...given} />
        <OpenEventsPanel {...given} />
        <FailingAddressesPanel {...given} />
        <LargestExportsPanel {...given} />
        <FreshnessPanel {...given} />
      </div>
    </ConsoleFrame>
  );
}
