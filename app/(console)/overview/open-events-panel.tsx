import { choiceLabel } from "@/components/fields/choice-label.ts";
import { countWords, groupDigits } from "@/components/fields/figures.ts";
import { markOf } from "@/components/fields/marks.ts";
import { Panel, PanelSkeleton } from "@/components/overview/panel.tsx";
import { FailedPart } from "@/components/ui/failed.tsx";
import { Go } from "@/components/ui/go.tsx";
import { Icon } from "@/components/ui/icon.tsx";
import type { OpenLevel } from "@/lib/query/open-events.ts";
import { definitions } from "@/lib/records/kinds.ts";
import { Part } from "../../part.tsx";
import { windowHref } from "../figure-links.ts";
import type { OpenedOverview } from "./open-overview.ts";
import { overviewHref } from "./overview-params.ts";
import type { OverviewParts } from "./start-overview.ts";

interface Props {
  overview: OpenedOverview;
  parts: OverviewParts;
}

/** As `openEvents` counts them, youngest first. */
const ages = [
  { label: "1 hour", from: "now-1h", to: "now" },
  { label: "1 day", from: "now-24h", to: "now-1h" },
  { label: "7 days", from: "now-7d", to: "now-24h" },
  { label: "30 days", from: "now-30d", to: "now-7d" },
  { label: "Older", from: "all", to: "now-30d" },
] as const;

/** What nobody has resolved, of all time, by level and age. */
export function OpenEventsPanel({ overview, parts }: Props) {
  const { zone, streamed } = overview;
  if (!parts.open) return null;
  const href = windowHref("events", { resolved: ["0"] }, { from: "all", zone });
  return (
    <Panel id="open" title="Open system events" link={{ href, label: "Open list" }}>
      <Part streamed={streamed} fallback={<PanelSkeleton />}>
        <Levels overview={overview} parts={parts} />
      </Part>
    </Panel>
  );
}

async function Levels({ overview: { from, zone }, parts }: Props) {
  const read = await parts.open;
  if (!read) return null;
  if ("failure" in read)
    return <FailedPart what="The open events" failure={read.failure} href={overviewHref(from, zone)} />;
  const { total, levels } = read.value;
  if (levels.length === 0) return <p className="soft">None is open.</p>;
  const sums = ages.map((_, at) => levels.reduce((sum, { counts }) => sum + (counts[at] ?? 0), 0));
  return (
    <>
      <div className="ages">
        <table className="mini">
          <caption className="sr">Open events by level and age, of all time</caption>
          <thead>
            <tr>
              <th scope="col">Level</th>
              {ages.map(({ label }) => (
                <th key={label} scope="col" className="num">
                  {label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {inOrder(levels).map(({ level, counts }) => (
              <tr key={level}>
                <th scope="row">
                  <Level level={level} zone={zone} />
                </th>
                {ages.map(({ label, ...window }, at) => (
                  <td key={label} className="num">
                    <Count level={level} count={counts[at] ?? 0} window={{ ...window, zone }} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">{countWords(total, { one: "open", many: "open" })}</th>
              {sums.map((sum, at) => (
                <td key={ages[at]?.label} className="num">
                  {groupDigits(sum)}
                </td>
              ))}
            </tr>
          </tfoot>
        </table>
      </div>
      {total.capped && <p className="soft">Of the newest 10,000.</p>}
    </>
  );
}

function Level({ level, zone }: { level: string; zone: string }) {
  const mark = markOf("event_type", level);
  const { level: field } = definitions.events.fields;
  return (
    <Go href={windowHref("events", { resolved: ["0"], level: [level] }, { from: "all", zone })}>
      <span className={mark?.tone}>
        {mark && <Icon name={mark.icon} />}
        {field ? choiceLabel(field, level) : level}
      </span>
    </Go>
  );
}

interface CountProps {
  level: string;
  count: number;
  window: { from: string; to: string; zone: string };
}

function Count({ level, count, window }: CountProps) {
  if (count === 0) return <span className="dim">0</span>;
  return (
    <Go href={windowHref("events", { resolved: ["0"], level: [level] }, window)}>{groupDigits(count)}</Go>
  );
}

/** As the definition names them: what is worst comes first. */
function inOrder(levels: readonly OpenLevel[]): OpenLevel[] {
  const known = Object.keys(definitions.events.fields.level?.choices ?? {});
  return [...levels].sort((one, other) => known.indexOf(one.level) - known.indexOf(other.level));
}
