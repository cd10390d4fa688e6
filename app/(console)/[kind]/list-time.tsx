import { clockAt, zoneLabel } from "@/components/fields/time.ts";
import { describeWindow } from "@/components/records/describe-window.ts";
import { TimeFilter } from "@/components/records/time-filter.tsx";
import { refineSearch } from "@/lib/query/refine-search.ts";
import { listHref, paramsOf } from "./hrefs.ts";
import { allTimeHref } from "./list-chips.ts";
import type { OpenedList } from "./open-list.ts";

const presets = [
  ["Last hour", "now-1h"],
  ["Last 24 hours", "now-24h"],
  ["Last 7 days", "now-7d"],
  ["Last 30 days", "now-30d"],
  ["Last 90 days", "now-90d"],
] as const;

export function ListTime({ list: { definition, search } }: { list: OpenedList }) {
  const { window, zone } = search;
  const { given } = window;
  const isGiven = (from: string) => "from" in given && given.from === from && given.to === "now";
  // The instants of a relative window follow from its words when the address is read again.
  const hrefOf = (from: string) =>
    listHref(
      definition,
      refineSearch(search, { window: { from: null, to: null, given: { from, to: "now" } } }),
    );
  const local = (instant: string | null) => {
    if (instant === null) return "";
    const { date, time } = clockAt(instant, zone);
    return `${date}T${time}`;
  };
  return (
    <TimeFilter
      note={describeWindow(window, zone) ?? "all time"}
      presets={[
        ...presets.map(([label, from]) => ({ label, href: hrefOf(from), current: isGiven(from) })),
        { label: "All time", href: allTimeHref(definition, search), current: isGiven("all") },
      ]}
      action={`/${definition.kind}`}
      params={paramsOf(definition, search, ["from", "to", "on"])}
      zone={zoneLabel(zone)}
      from={local(window.from)}
      to={local(window.to)}
    />
  );
}
