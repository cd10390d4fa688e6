import { clockAt } from "@/components/fields/time.ts";
import { type Bar, DateStrip } from "@/components/records/date-strip.tsx";
import { describePeriod, windowRange } from "@/components/records/describe-window.ts";
import { FailedPart } from "@/components/ui/failed.tsx";
import { type CountedPeriod, drillTo } from "@/lib/query/date-strip.ts";
import { refineSearch } from "@/lib/query/refine-search.ts";
import type { Search } from "@/lib/query/search.ts";
import { listHref } from "./hrefs.ts";
import { allTimeHref } from "./list-chips.ts";
import type { OpenedList } from "./open-list.ts";
import { shortNoun } from "./short-noun.ts";
import type { ListParts } from "./start-parts.ts";

/** The date strip of a list, once its counts are there. */
export async function ListStrip({ list, parts }: { list: OpenedList; parts: ListParts }) {
  const { definition, search } = list;
  const read = await parts.strip;
  if ("failure" in read)
    return <FailedPart what="The dates" failure={read.failure} href={listHref(definition, search)} />;
  const { level, crumbs, periods, previous, next } = read.value;
  type Period = Pick<CountedPeriod, "on" | "from" | "to" | "level">;
  const hrefOf = (period: Period) => listHref(definition, refineSearch(search, { window: drillTo(period) }));
  const step = (period?: Period) => period && { label: describePeriod(period.on), href: hrefOf(period) };
  const most = Math.max(1, ...periods.map(({ count }) => count ?? 0));
  return (
    <DateStrip
      level={level}
      noun={shortNoun(definition)}
      crumbs={[
        { label: "All", href: allTimeHref(definition, search) },
        ...crumbs.map((period) => ({ label: crumbLabel(period.on), href: hrefOf(period) })),
        ...hourCrumb(search, listHref(definition, search)),
      ]}
      range={windowRange(search.window, search.zone, clockAt(search.asOf, search.zone).date.slice(0, 4))}
      bars={periods.map((period) => barOf(period, search, most, hrefOf(period)))}
      previous={step(previous)}
      next={step(next)}
    />
  );
}

function barOf(period: CountedPeriod, search: Search, most: number, href: string): Bar {
  const { on, level, count, within, future, from, to } = period;
  const name = describePeriod(on);
  const { weekday } = clockAt(from, search.zone);
  const cut =
    search.window.from !== null && search.window.from > from
      ? share(from, to, search.window.from)
      : undefined;
  return {
    on,
    mark: { year: on, month: name.slice(0, 3), day: String(Number(on.slice(8))), hour: on.slice(11, 13) }[
      level
    ],
    name: level === "day" ? `${weekday} ${name}` : name,
    short: level === "day" ? `${weekday.slice(0, 3)} ${name.replace(/^(\d+ \w{3})\w* .*/, "$1")}` : name,
    count,
    height: Math.max(1, Math.round(((count ?? 0) / most) * 100)),
    within,
    cut: within === "part" ? cut : undefined,
    now: from <= search.asOf && search.asOf < to,
    future,
    href,
  };
}

/** How far into a period a moment lies, in steps of four per cent. */
function share(from: string, to: string, at: string): number {
  const [start, end, moment] = [from, to, at].map(Date.parse) as [number, number, number];
  return Math.round(((moment - start) / (end - start)) * 25) * 4;
}

/** An hour has no parts: its day's hours stay, and it is the last crumb. */
function hourCrumb({ window: { given } }: Search, here: string): { label: string; href: string }[] {
  return "on" in given && given.on.length > 10 ? [{ label: shortest(given.on), href: here }] : [];
}

function crumbLabel(on: string): string {
  return describePeriod(on).split(/[ ,]/)[0] === on.slice(0, 4) ? on : shortest(on);
}

/** `November`, `14`, `09:00`: the years and months above it stand before it. */
function shortest(on: string): string {
  if (on.length > 10) return `${on.slice(11, 13)}:00`;
  return on.length === 10 ? String(Number(on.slice(8))) : describePeriod(on).replace(/ \d+$/, "");
}
