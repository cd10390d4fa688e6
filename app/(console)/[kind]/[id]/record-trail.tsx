import { CopyButton } from "@/components/ui/copy-button.tsx";
import { FailedPart } from "@/components/ui/failed.tsx";
import { Go } from "@/components/ui/go.tsx";
import { Icon } from "@/components/ui/icon.tsx";
import { findNeighbours } from "@/lib/query/find-neighbours.ts";
import { database } from "../../../database.ts";
import { Part } from "../../../part.tsx";
import { settle } from "../../../settle.ts";
import { recordHref } from "../hrefs.ts";
import type { OpenedRecord } from "./open-record.ts";

/** The way back to the list as it was, and to the records before and after this one in it. */
export function RecordTrail({ record, backHref }: { record: OpenedRecord; backHref: string }) {
  const { definition } = record.list;
  return (
    <nav className="trail" aria-label="In the list">
      <Go className="back" href={backHref}>
        <Icon name="arrow-left" small />
        {definition.title}
      </Go>
      <div className="acts">
        <Part streamed={record.list.streamed} fallback={null}>
          <Neighbours record={record} />
        </Part>
        <CopyButton path={`/${definition.kind}/${record.seq}`} label="Copy link to this record">
          Copy link
        </CopyButton>
      </div>
    </nav>
  );
}

async function Neighbours({ record: { list, row, seq } }: { record: OpenedRecord }) {
  const { definition, viewer, search } = list;
  const read = await settle(
    "the neighbours",
    findNeighbours(database("rows"), viewer, definition, search, row),
  );
  if ("failure" in read)
    return (
      <FailedPart what="The neighbours" failure={read.failure} href={recordHref(definition, search, seq)} />
    );
  const { newer, older } = read.value;
  return (
    <>
      {newer && (
        <Go className="btn quiet" href={recordHref(definition, search, newer)}>
          <Icon name="chevron-up" />
          Newer
        </Go>
      )}
      {older && (
        <Go className="btn quiet" href={recordHref(definition, search, older)}>
          <Icon name="chevron-down" />
          Older
        </Go>
      )}
    </>
  );
}
