import { countWords } from "@/components/fields/figures.ts";
import { clockAt, zoneLabel } from "@/components/fields/time.ts";
import { FirstRun } from "@/components/records/first-run.tsx";
import { Pager } from "@/components/records/pager.tsx";
import { RecordTable } from "@/components/records/record-table.tsx";
import { SearchedSoFar } from "@/components/records/searched-so-far.tsx";
import { TableSkeleton } from "@/components/records/table-skeleton.tsx";
import { Failed } from "@/components/ui/failed.tsx";
import { refineSearch } from "@/lib/query/refine-search.ts";
import { pageSizes } from "@/lib/query/search.ts";
import { Part } from "../../part.tsx";
import { fieldHref } from "../page-hrefs.ts";
import { listHref, recordHref } from "./hrefs.ts";
import { ListEmpty } from "./list-empty.tsx";
import type { OpenedList } from "./open-list.ts";
import { shortNoun } from "./short-noun.ts";
import type { ListParts } from "./start-parts.ts";

interface Props {
  list: OpenedList;
  parts: ListParts;
}

/** The rows and the ways to the neighbouring pages. While a next page is read, the rows that stand stay. */
export function ListRows({ list, parts }: Props) {
  const { columns, fields } = list.definition;
  const labels = columns.slice(0, 5).map((name) => fields[name]?.label ?? name);
  return (
    <Part streamed={list.streamed} fallback={<TableSkeleton columns={labels} />}>
      <Rows list={list} parts={parts} />
    </Part>
  );
}

async function Rows({ list, parts }: Props) {
  const { definition, search } = list;
  const here = listHref(definition, search);
  const read = await parts.page;
  const noun = shortNoun(definition);
  if ("failure" in read) return <Failed what={`The ${noun.many}`} failure={read.failure} href={here} />;
  const { rows, newer, older, bound, searchedBackTo, searchedUpTo } = read.value;
  if (rows.length === 0 && bound === "0") return <FirstRun />;
  const [until, onward] = searchedBackTo ? [searchedBackTo, older] : [searchedUpTo, newer];
  const soFar = until && onward && (
    <SearchedSoFar
      noun={definition.noun}
      rows={rows.length}
      until={until}
      back={searchedBackTo !== undefined}
      zone={search.zone}
      href={listHref(definition, onward)}
    />
  );
  if (rows.length === 0) return soFar || <ListEmpty list={list} />;
  const descending = search.sort === "-time";
  const zone = zoneLabel(search.zone);
  return (
    <>
      <RecordTable
        definition={definition}
        rows={rows}
        zone={search.zone}
        today={clockAt(search.asOf, search.zone).date}
        caption={`${definition.title}, ${descending ? "newest" : "oldest"} first, ${rows.length} rows. Times in ${zone}.`}
        sort={{
          descending,
          href: listHref(definition, refineSearch(search, { sort: descending ? "time" : "-time" })),
        }}
        hrefOf={(row) => recordHref(definition, search, String(row.seq))}
        fieldHref={(field, row) => fieldHref(field, row, search.zone)}
        dayNote={(date) => (
          <Part streamed={list.streamed} fallback={null}>
            <DayTotal date={date} list={list} parts={parts} />
          </Part>
        )}
      />
      {soFar}
      <Pager
        newerHref={newer && listHref(definition, newer)}
        olderHref={older && listHref(definition, older)}
        newestHref={search.cursor && listHref(definition, refineSearch(search, {}))}
        newestLabel={descending ? "Newest" : "Oldest"}
        rows={rows.length}
        sizes={pageSizes.map((size) => ({
          size,
          href: listHref(definition, refineSearch(search, { size })),
          current: size === search.size,
        }))}
      />
    </>
  );
}

/** How many there are on that day, where the date strip has counted days. */
async function DayTotal({ date, list: { definition, search }, parts }: Props & { date: string }) {
  const read = await parts.strip;
  if ("failure" in read) return null;
  const { level, periods, crumbs, total } = read.value;
  const count =
    level === "day"
      ? periods.find(({ on }) => on === date)?.count
      : level === "hour" && crumbs.at(-1)?.on === date
        ? periods.every((period) => period.count !== null)
          ? total
          : null
        : null;
  if (count === undefined || count === null) return null;
  const today = date === clockAt(search.asOf, search.zone).date;
  return `${today ? "today, " : ""}${countWords({ count }, shortNoun(definition))}${today ? " so far" : ""}`;
}
