import { DayTime } from "@/components/fields/day-time.tsx";
import { FactList } from "@/components/records/fact-list.tsx";
import { FailedPart } from "@/components/ui/failed.tsx";
import { hasPermission } from "@/lib/access/require-permission.ts";
import { listRecords } from "@/lib/query/list-records.ts";
import { plainSearch } from "@/lib/query/plain-search.ts";
import { definitions, kinds } from "@/lib/records/kinds.ts";
import { database } from "../../database.ts";
import { settle } from "../../settle.ts";
import { historyHref } from "../histories/history-params.ts";
import type { OpenedActor } from "./open-actor.ts";

/** When the subject is first and last on record, among what the viewer may see. */
export async function ActorTimes({ actor }: { actor: OpenedActor }) {
  const { newest, search, path } = actor;
  const read = await settle("the first record of an actor", readFirst(actor));
  const last = "value" in newest ? newest.value.items[0]?.row.recorded_at : undefined;
  return (
    <>
      <FactList
        facts={[
          ...("value" in read && read.value
            ? [{ label: "First seen", value: <DayTime instant={read.value} zone={search.zone} /> }]
            : []),
          ...(last ? [{ label: "Last seen", value: <DayTime instant={last} zone={search.zone} /> }] : []),
        ]}
      />
      {"failure" in read && (
        <FailedPart
          what="When they were first seen"
          failure={read.failure}
          href={historyHref("actor", path, search)}
        />
      )}
    </>
  );
}

/** Undefined where the time was up before the first was found: a later one would be none. */
async function readFirst({ viewer, subject }: OpenedActor): Promise<string | undefined> {
  const { of, text } = subject;
  const seen = kinds.filter(
    (kind) => hasPermission(viewer, `${kind}.view`) && (of === "actor" || kind === "logins"),
  );
  const pages = await Promise.all(
    seen.map((kind) => {
      const search = { ...plainSearch(kind, { filters: { [of]: [text] }, size: 25 }), sort: "time" as const };
      return listRecords(database("rows"), viewer, definitions[kind], search);
    }),
  );
  if (pages.some(({ rows, searchedUpTo }) => rows.length === 0 && searchedUpTo)) return undefined;
  return pages.flatMap(({ rows }) => rows[0]?.recorded_at ?? []).sort()[0];
}
