import type { ReactNode } from "react";
import { choiceLabel } from "@/components/fields/choice-label.ts";
import { markOf } from "@/components/fields/marks.ts";
import { type CountedLine, CountedTable } from "@/components/overview/counted-table.tsx";
import { Panel, PanelSkeleton } from "@/components/overview/panel.tsx";
import { FailedPart } from "@/components/ui/failed.tsx";
import { Icon } from "@/components/ui/icon.tsx";
import { Recorded } from "@/components/ui/recorded.tsx";
import type { FacetValue } from "@/lib/query/facet-counts.ts";
import { definitions } from "@/lib/records/kinds.ts";
import { Part } from "../../part.tsx";
import { windowHref } from "../figure-links.ts";
import { actorHref } from "../page-hrefs.ts";
import type { OpenedOverview } from "./open-overview.ts";
import { overviewHref } from "./overview-params.ts";
import type { OverviewParts } from "./start-overview.ts";

interface Props {
  overview: OpenedOverview;
  parts: OverviewParts;
}

interface Shown {
  field: "action" | "actor" | "objectType" | "module";
  title: string;
  head: string;
  empty: string;
}

const panels: readonly Shown[] = [
  { field: "action", title: "Activity", head: "Action", empty: "No action" },
  { field: "actor", title: "Busiest actors", head: "Actor", empty: "Nobody known by an id" },
  { field: "objectType", title: "Busiest kinds of objects", head: "Type", empty: "No object" },
];
const most = 8;

/** What was done, by whom and to what, most first. */
export function ActivityPanels({ overview, parts }: Props): ReactNode {
  const { from, zone, streamed } = overview;
  if (!parts.activity) return null;
  return panels.map((shown) => (
    <Panel
      key={shown.field}
      id={shown.field}
      title={shown.title}
      link={{ href: windowHref("audit", {}, { from, zone }), label: "Open list" }}
    >
      <Part streamed={streamed} fallback={<PanelSkeleton />}>
        <Counted overview={overview} parts={parts} shown={shown} />
      </Part>
    </Panel>
  ));
}

async function Counted({ overview: { from, zone }, parts, shown }: Props & { shown: Shown }) {
  const read = await parts.activity;
  if (!read) return null;
  if ("failure" in read)
    return <FailedPart what={shown.title} failure={read.failure} href={overviewHref(from, zone)} />;
  const facet = read.value.find(({ field }) => field === shown.field);
  if (!facet || facet.uncounted) return <p className="soft">Too many events to count here.</p>;
  if (facet.values.length === 0) return <p className="soft">None in this time.</p>;
  return (
    <CountedTable
      caption={`${shown.title}, most events first`}
      heads={[shown.head, "Events"]}
      lines={facet.values.slice(0, most).map((value) => lineOf(shown, value, { from, zone }))}
    />
  );
}

function lineOf(
  { field, empty }: Shown,
  { value, label, count }: FacetValue,
  window: { from: string; zone: string },
): CountedLine {
  const { param = "" } = definitions.audit.fields[field] ?? {};
  return {
    key: value,
    name:
      value === "" ? (
        <span className="dim">{empty}</span>
      ) : (
        <Name field={field} value={value} label={label} />
      ),
    count,
    href: windowHref("audit", { [param]: [value] }, window),
    page: field === "actor" && value !== "" ? actorHref(value, window.zone) : undefined,
  };
}

function Name({ field, value, label }: { field: Shown["field"]; value: string; label: string }) {
  if (field !== "action") return <Recorded text={label || value} />;
  const mark = markOf("action", value);
  const { action } = definitions.audit.fields;
  return (
    <span className={mark?.tone}>
      {mark && <Icon name={mark.icon} />}
      <Recorded text={mark?.word ?? (action ? choiceLabel(action, value) : value)} />
    </span>
  );
}
