import { groupDigits } from "@/components/fields/figures.ts";
import { clockAt } from "@/components/fields/time.ts";
import { compareWords } from "@/components/overview/compare-words.ts";
import { Tile } from "@/components/overview/tile.tsx";
import { Failed } from "@/components/ui/failed.tsx";
import { Go } from "@/components/ui/go.tsx";
import type { Figure, Summary } from "@/lib/query/summary.ts";
import { figures, windowHref } from "../figure-links.ts";
import type { OpenedOverview } from "./open-overview.ts";
import { overviewHref } from "./overview-params.ts";
import type { OverviewParts } from "./start-overview.ts";

interface Props {
  overview: OpenedOverview;
  parts: OverviewParts;
}

const order = Object.keys(figures) as Figure[];

/** What was counted in the window, each figure a link to the list of what it counts. */
export async function OverviewFigures({ overview, parts }: Props) {
  const { from, zone } = overview;
  const read = await parts.figures;
  if ("failure" in read)
    return <Failed what="The figures" failure={read.failure} href={overviewHref(from, zone)} />;
  const [now, before] = read.value;
  const hrefOf = (figure: Figure) =>
    windowHref(figures[figure].kind, figures[figure].filters, { from, zone });
  const total = now.figures.actions;
  return (
    <section className="stmt whole" aria-label="Figures">
      {total !== undefined && (
        <Go className="tile total" href={hrefOf("actions")}>
          <span className="l">Actions recorded</span>
          <span className="n">{groupDigits(total)}</span>
          <span className="d">{noteOf("actions", now, before)}</span>
          <Days summary={now} overview={overview} />
        </Go>
      )}
      {order.map((figure) => {
        const count = now.figures[figure];
        if (figure === "actions" || count === undefined) return null;
        return (
          <Tile
            key={figure}
            icon={figures[figure].icon}
            label={figures[figure].label}
            count={count}
            atLeast={now.atLeast.includes(figure)}
            href={hrefOf(figure)}
            note={noteOf(figure, now, before)}
          />
        );
      })}
    </section>
  );
}

/** Against the window before; nothing where that was not on record from its beginning, or changes afterwards. */
function noteOf(figure: Figure, now: Summary, before: Summary): string {
  if (figure === "unresolved") return "recorded in this time";
  const [first] = before.periods;
  const isWhole = Object.values(first?.figures ?? {}).some((count) => count > 0);
  return isWhole ? compareWords(now.figures[figure] ?? 0, before.figures[figure] ?? 0) : "";
}

/** A bar for each day; the exact numbers stand in the list. */
function Days({ summary: { periods }, overview: { zone } }: { summary: Summary; overview: OpenedOverview }) {
  const counts = periods.map(({ figures: { actions = 0 } }) => actions);
  const [first, last] = [periods[0], periods.at(-1)];
  if (!first || !last || periods.length < 3) return null;
  const most = Math.max(1, ...counts);
  const dayOf = (instant: string) => clockAt(instant, zone).day.replace(/^(\d+ \w{3})\w* .*/, "$1");
  return (
    <span aria-hidden="true">
      <span className="spark">
        {periods.map(({ on }, at) => (
          <i
            key={on}
            className={at === periods.length - 1 ? "now" : undefined}
            data-v={Math.round(((counts[at] ?? 0) / most) * 100)}
          />
        ))}
      </span>
      <span className="ends">
        <span>{dayOf(first.from)}</span>
        <span>{dayOf(last.from)}</span>
      </span>
    </span>
  );
}
