import { actorName } from "@/components/fields/actor-name.ts";
import { formatBytes, groupDigits } from "@/components/fields/figures.ts";
import { textOf } from "@/components/fields/row.ts";
import { age } from "@/components/fields/time.ts";
import { Panel, PanelSkeleton } from "@/components/overview/panel.tsx";
import { FailedPart } from "@/components/ui/failed.tsx";
import { Go } from "@/components/ui/go.tsx";
import { Recorded } from "@/components/ui/recorded.tsx";
import type { RecordRow } from "@/lib/records/kinds.ts";
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

const most = 6;

/** Who took out the most. */
export function LargestExportsPanel({ overview, parts }: Props) {
  const { from, zone, streamed } = overview;
  if (!parts.exports) return null;
  return (
    <Panel
      id="largest"
      title="Largest exports"
      link={{ href: windowHref("exports", {}, { from, zone }), label: "Open list" }}
    >
      <Part streamed={streamed} fallback={<PanelSkeleton />}>
        <Exports overview={overview} parts={parts} />
      </Part>
    </Panel>
  );
}

async function Exports({ overview: { from, zone, now }, parts }: Props) {
  const read = await parts.exports;
  if (!read) return null;
  if ("failure" in read)
    return <FailedPart what="The largest exports" failure={read.failure} href={overviewHref(from, zone)} />;
  const { found } = read.value;
  if (found.length === 0) return <p className="soft">Nothing was exported in this time.</p>;
  return (
    <>
      <table className="mini">
        <caption className="sr">Exports, the most rows first</caption>
        <thead>
          <tr>
            <th scope="col">Export</th>
            <th scope="col" className="num">
              Rows
            </th>
          </tr>
        </thead>
        <tbody>
          {found.slice(0, most).map((row) => (
            <Line key={row.seq} row={row} from={from} zone={zone} now={now} />
          ))}
        </tbody>
      </table>
      <SampleNote sample={read.value} zone={zone} />
    </>
  );
}

interface LineProps {
  row: RecordRow<"exports">;
  from: string;
  zone: string;
  now: Date;
}

function Line({ row, from, zone, now }: LineProps) {
  const [rows, size] = [textOf(row, "record_count"), textOf(row, "file_size")];
  const [, query] = windowHref("exports", {}, { from, zone }).split("?");
  return (
    <tr>
      <th scope="row">
        <Go href={`/exports/${row.seq}${query ? `?${query}` : ""}`}>
          <Recorded text={row.export_type || "records"} />
        </Go>
        <small>
          <Recorded text={actorName(row)} />, {age(row.recorded_at, now)}
        </small>
      </th>
      <td className="num">
        {rows ? groupDigits(rows) : <span className="dim">not known</span>}
        {size && <small>{formatBytes(size)}</small>}
      </td>
    </tr>
  );
}
