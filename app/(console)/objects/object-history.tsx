import { clockAt, zoneLabel } from "@/components/fields/time.ts";
import { Chips } from "@/components/records/chips.tsx";
import { ObjectTimeline } from "@/components/records/object-timeline.tsx";
import { Pager } from "@/components/records/pager.tsx";
import { SearchedSoFar } from "@/components/records/searched-so-far.tsx";
import { Section } from "@/components/records/section.tsx";
import { Failed } from "@/components/ui/failed.tsx";
import { Go } from "@/components/ui/go.tsx";
import { Recorded } from "@/components/ui/recorded.tsx";
import type { Page } from "@/lib/query/list-records.ts";
import { plainSearch } from "@/lib/query/plain-search.ts";
import { refineSearch } from "@/lib/query/refine-search.ts";
import { pageSizes, type Search } from "@/lib/query/search.ts";
import { definitions } from "@/lib/records/kinds.ts";
import { recordHref } from "../[kind]/hrefs.ts";
import { allTimeSearch } from "../all-time-search.ts";
import { fieldOf, historyHref } from "../histories/history-params.ts";
import { actorHref } from "../page-hrefs.ts";
import { isUnfinished, type OpenedObject } from "./open-object.ts";

const noun = { one: "event", many: "events" };
const mostFields = 12;

/** The life of the object, newest first, a page at a time. */
export function ObjectHistory({ object }: { object: OpenedObject }) {
  const { page, search, path } = object;
  const field = fieldOf(search);
  const rows = "value" in page ? page.value.rows : [];
  return (
    <>
      <Section id="history" title="History" note={`Times in ${zoneLabel(search.zone)}`}>
        {field === undefined ? (
          <FieldLinks rows={rows} search={search} path={path} />
        ) : (
          <Chips
            chips={[
              {
                label: "Changes",
                operator: "touch",
                value: field,
                removeHref: historyHref("object", path, refineSearch(search, { filters: {} })),
              },
            ]}
          />
        )}
        {"failure" in page && (
          <Failed what="Its history" failure={page.failure} href={historyHref("object", path, search)} />
        )}
        {"value" in page && rows.length === 0 && !isUnfinished(page.value) && (
          <p className="soft">{field === undefined ? "Nothing here." : "No event has changed this field."}</p>
        )}
      </Section>
      {"value" in page && <Moments object={object} page={page.value} />}
    </>
  );
}

function Moments({ object, page }: { object: OpenedObject; page: Page<"audit"> }) {
  const { type, id, search, path } = object;
  const { rows, newer, older, searchedBackTo, searchedUpTo } = page;
  const { zone, asOf } = search;
  const within = allTimeSearch("audit", { type, object: id }, zone) ?? { ...plainSearch("audit"), zone };
  /** The place is that of the query, all else is what was asked for. */
  const at = (place: Search) =>
    historyHref("object", path, { ...search, cursor: place.cursor, bound: place.bound });
  const [until, onward] = searchedBackTo ? [searchedBackTo, older] : [searchedUpTo, newer];
  return (
    <>
      <ObjectTimeline
        rows={rows}
        zone={zone}
        today={clockAt(asOf, zone).date}
        hrefs={{
          record: (row) => recordHref(definitions.audit, within, String(row.seq)),
          actor: (row) => (row.actor_id ? actorHref(String(row.actor_id), zone) : undefined),
        }}
      />
      <div className="beside">
        {until && onward && (
          <SearchedSoFar
            noun={noun}
            rows={rows.length}
            until={until}
            back={searchedBackTo !== undefined}
            zone={zone}
            href={at(onward)}
          />
        )}
        <Pager
          newerHref={newer && at(newer)}
          olderHref={older && at(older)}
          newestHref={search.cursor && historyHref("object", path, refineSearch(search, {}))}
          newestLabel="Newest"
          rows={rows.length}
          sizes={pageSizes.map((size) => ({
            size,
            href: historyHref("object", path, refineSearch(search, { size })),
            current: size === search.size,
          }))}
        />
      </div>
    </>
  );
}

/** From the fields that have changed on this page to the changes of one. */
function FieldLinks({ rows, search, path }: { rows: Page<"audit">["rows"]; search: Search; path: string }) {
  const names = [...new Set(rows.flatMap(({ changed_fields }) => changed_fields ?? []))].slice(0, mostFields);
  if (names.length < 2) return <p className="only">All events, newest first</p>;
  return (
    <p className="only">
      All events, newest first. Only changes of{" "}
      {names.map((name, at) => (
        <span key={name}>
          {at > 0 && ", "}
          <Go
            className="link mono"
            href={historyHref("object", path, refineSearch(search, { filters: { field: one(name) } }))}
          >
            <Recorded text={name} />
          </Go>
        </span>
      ))}
    </p>
  );
}

function one(value: string): Search["filters"][string] {
  return { negated: false, values: [value], words: [] };
}
