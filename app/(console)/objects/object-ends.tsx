import { actorName } from "@/components/fields/actor-name.ts";
import { DayTime } from "@/components/fields/day-time.tsx";
import { textOf } from "@/components/fields/row.ts";
import { FactList } from "@/components/records/fact-list.tsx";
import { FailedPart } from "@/components/ui/failed.tsx";
import { Go } from "@/components/ui/go.tsx";
import { Recorded } from "@/components/ui/recorded.tsx";
import type { Viewer } from "@/lib/access/viewer.ts";
import { listRecords } from "@/lib/query/list-records.ts";
import { plainSearch } from "@/lib/query/plain-search.ts";
import type { Sort } from "@/lib/query/search.ts";
import { definitions, type RecordRow } from "@/lib/records/kinds.ts";
import { database } from "../../database.ts";
import { settle } from "../../settle.ts";
import { actorHref } from "../page-hrefs.ts";
import type { OpenedObject } from "./open-object.ts";

/** Where the life of the object begins and how it stands: by whom it was made, and by whom last changed. */
export async function ObjectEnds({ object }: { object: OpenedObject }) {
  const { viewer, type, id, search, path } = object;
  const read = await settle(
    "the ends of a history",
    Promise.all([
      readEnd(viewer, { type: [type], object: [id] }, "time"),
      readEnd(viewer, { type: [type], object: [id], action: ["CREATE", "UPDATE", "DELETE"] }, "-time"),
    ]),
  );
  if ("failure" in read)
    return <FailedPart what="Who made and who last changed it" failure={read.failure} href={path} />;
  const [first, last] = read.value;
  const facts = [
    first && {
      label: first.action === "CREATE" ? "Created" : "First seen",
      value: <Moment row={first} zone={search.zone} />,
    },
    last && {
      label: last.action === "DELETE" ? "Deleted" : "Last changed",
      value: <Moment row={last} zone={search.zone} />,
    },
  ];
  return <FactList facts={facts.filter((fact) => fact !== undefined)} />;
}

/** The first record in that order; undefined where there is none, or the time was up before one was found. */
async function readEnd(
  viewer: Viewer,
  filters: Record<string, readonly string[]>,
  sort: Sort,
): Promise<RecordRow<"audit"> | undefined> {
  const search = { ...plainSearch("audit", { filters, size: 25 }), sort };
  const { rows } = await listRecords(database("rows"), viewer, definitions.audit, search);
  return rows[0];
}

function Moment({ row, zone }: { row: RecordRow<"audit">; zone: string }) {
  const id = textOf(row, "actor_id");
  const name = <Recorded text={actorName(row)} />;
  return (
    <>
      <Go href={`/audit/${row.seq}${zone === "UTC" ? "" : `?${new URLSearchParams({ tz: zone })}`}`}>
        <DayTime instant={row.recorded_at} zone={zone} />
      </Go>
      <span className="dim">
        by{" "}
        {id ? (
          <Go className="link" href={actorHref(id, zone)}>
            {name}
          </Go>
        ) : (
          name
        )}
      </span>
    </>
  );
}
