import { countWords, groupDigits } from "@/components/fields/figures.ts";
import { age } from "@/components/fields/time.ts";
import { Panel, PanelSkeleton } from "@/components/overview/panel.tsx";
import { FailedPart } from "@/components/ui/failed.tsx";
import { Go } from "@/components/ui/go.tsx";
import { Part } from "../../part.tsx";
import { windowHref } from "../figure-links.ts";
import type { OpenedOverview } from "./open-overview.ts";
import { overviewHref } from "./overview-params.ts";
import { SampleNote } from "./sample-note.tsx";
import type { OverviewParts } from "./start-overview.ts";

interface Props {
  overview: OpenedOverview;
  parts: OverviewParts;
}

const status = ["BLOCKED", "FAILED"];

/** From where sign-ins fail. */
export function FailingAddressesPanel({ overview, parts }: Props) {
  const { from, zone, streamed } = overview;
  if (!parts.failing) return null;
  const href = windowHref("logins", { status }, { from, zone });
  return (
    <Panel id="failing" title="Failing addresses" link={{ href, label: "Open list" }}>
      <Part streamed={streamed} fallback={<PanelSkeleton />}>
        <Addresses overview={overview} parts={parts} />
      </Part>
    </Panel>
  );
}

async function Addresses({ overview: { from, zone, now }, parts }: Props) {
  const read = await parts.failing;
  if (!read) return null;
  if ("failure" in read)
    return <FailedPart what="The failing addresses" failure={read.failure} href={overviewHref(from, zone)} />;
  const { found } = read.value;
  if (found.length === 0) return <p className="soft">No sign-in has failed in this time.</p>;
  return (
    <>
      <table className="mini">
        <caption className="sr">
          Addresses from which sign-ins failed or were blocked, most attempts first
        </caption>
        <thead>
          <tr>
            <th scope="col">Address</th>
            <th scope="col" className="num">
              Attempts
            </th>
          </tr>
        </thead>
        <tbody>
          {found.map(({ ip, attempts, usernames, lastAt }) => (
            <tr key={ip}>
              <th scope="row">
                <Go href={windowHref("logins", { status, ip: [ip ?? ""] }, { from, zone })}>
                  {ip === null ? "Not known" : <span className="mono">{ip}</span>}
                </Go>
                <small>
                  {countWords({ count: usernames }, { one: "name", many: "names" })}, last {age(lastAt, now)}
                </small>
              </th>
              <td className="num">{groupDigits(attempts)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <SampleNote sample={read.value} zone={zone} />
    </>
  );
}
