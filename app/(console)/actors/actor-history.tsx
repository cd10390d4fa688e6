import { actorName } from "@/components/fields/actor-name.ts";
import { textOf } from "@/components/fields/row.ts";
import { clockAt, zoneLabel } from "@/components/fields/time.ts";
import { type HistoryItem, HistoryTable } from "@/components/records/history-table.tsx";
import { Pager } from "@/components/records/pager.tsx";
import { SearchedSoFar } from "@/components/records/searched-so-far.tsx";
import { Section } from "@/components/records/section.tsx";
import { Failed } from "@/components/ui/failed.tsx";
import type { HistoryPage, HistoryPlace } from "@/lib/query/history.ts";
import { plainSearch } from "@/lib/query/plain-search.ts";
import { refineSearch } from "@/lib/query/refine-search.ts";
import { pageSizes } from "@/lib/query/search.ts";
import { definitions } from "@/lib/records/kinds.ts";
import { recordHref } from "../[kind]/hrefs.ts";
import { allTimeSearch } from "../all-time-search.ts";
import { historyHref } from "../histories/history-params.ts";
import { objectHref } from "../page-hrefs.ts";
import type { OpenedActor, Subject } from "./open-actor.ts";

const noun = { one: "event", many: "events" };

/** All that they did, newest first, a page at a time; what they did in another's name is among it. */
export function ActorHistory({ actor }: { actor: OpenedActor }) {
  const { page, search, path } = actor;
  return (
    <Section id="history" title="History" note={`Newest first, times in ${zoneLabel(search.zone)}`}>
      {"failure" in page ? (
        <Failed what="The history" failure={page.failure} href={historyHref("actor", path, search)} />
      ) : (
        <Deeds actor={actor} page={page.value} />
      )}
    </Section>
  );
}

function Deeds({ actor, page }: { actor: OpenedActor; page: HistoryPage }) {
  const { subject, search, path } = actor;
  const { items, older, searchedBackTo } = page;
  const { zone, asOf } = search;
  const behind = ({ at, seq, bound }: HistoryPlace) =>
    historyHref("actor", path, { ...search, bound, cursor: { direction: "after", at, seq } });
  return (
    <>
      {items.length > 0 && (
        <HistoryTable
          items={items}
          zone={zone}
          today={clockAt(asOf, zone).date}
          caption={`What is on record, newest first, ${items.length} rows. Times in ${zoneLabel(zone)}.`}
          hrefs={{
            record: (item) => recordHrefOf(subject, item, zone),
            object: ({ kind, row }) =>
              kind === "audit" && row.object_type
                ? objectHref(textOf(row, "object_type"), textOf(row, "object_id"), zone)
                : undefined,
          }}
          noteOf={({ row }) => noteOf(subject, row)}
        />
      )}
      {items.length === 0 && !searchedBackTo && <p className="soft">Nothing older.</p>}
      {searchedBackTo && older && (
        <SearchedSoFar
          noun={noun}
          rows={items.length}
          until={searchedBackTo}
          back
          zone={zone}
          href={behind(older)}
        />
      )}
      <Pager
        newerHref={null}
        olderHref={older && behind(older)}
        newestHref={search.cursor && historyHref("actor", path, refineSearch(search, {}))}
        newestLabel="Newest"
        rows={items.length}
        sizes={pageSizes.map((size) => ({
          size,
          href: historyHref("actor", path, refineSearch(search, { size })),
          current: size === search.size,
        }))}
      />
    </>
  );
}

/** A record within what else there is of the subject, so that it has its neighbours. */
function recordHrefOf({ of, text }: Subject, { kind, row }: HistoryItem, zone: string): string {
  const param = of === "actor" && row.actor_id !== text ? "impersonator" : of;
  const within = allTimeSearch(kind, { [param]: text }, zone) ?? { ...plainSearch(kind), zone };
  return recordHref(definitions[kind], within, textOf(row, "seq"));
}

/** Whose name it was done in, where that was another's; or who did it in theirs. */
function noteOf({ of, text }: Subject, row: Parameters<typeof actorName>[0]): string {
  const [actor, impersonator] = [textOf(row, "actor_id"), textOf(row, "impersonator_id")];
  if (of === "actor" && actor !== text) return `as ${actorName(row)}`;
  return of === "actor" && impersonator && impersonator !== text ? `by ${impersonator}` : "";
}
