import { countWords } from "@/components/fields/figures.ts";
import { Chips } from "@/components/records/chips.tsx";
import { Find } from "@/components/records/find.tsx";
import { Problems } from "@/components/records/problems.tsx";
import { CopyButton } from "@/components/ui/copy-button.tsx";
import { FailedPart } from "@/components/ui/failed.tsx";
import { Icon } from "@/components/ui/icon.tsx";
import { fixSearch, formatSearch } from "@/lib/query/search-params.ts";
import { Part } from "../../part.tsx";
import { listHref, paramsOf } from "./hrefs.ts";
import { clearHref, filterCount, listChips } from "./list-chips.ts";
import { ListStrip } from "./list-strip.tsx";
import type { OpenedList } from "./open-list.ts";
import { searchedFields, shortNoun } from "./short-noun.ts";
import type { ListParts } from "./start-parts.ts";

interface Props {
  list: OpenedList;
  parts: ListParts;
}

/** All that stands above the rows: title and count, words, chips, what was ignored, the dates. */
export function ListHead({ list, parts }: Props) {
  const { definition, search, problems } = list;
  const here = listHref(definition, search);
  const fixed = formatSearch(definition, fixSearch(search), { zone: "" });
  const key = parts.quick ? "quick" : here;
  return (
    <>
      <div className="title">
        <h1>{definition.title}</h1>
        <p className="count" role="status">
          <Part streamed={list.streamed} key={key} fallback={<span className="sk" />}>
            <CountLine list={list} parts={parts} />
          </Part>
        </p>
        <Part streamed={list.streamed} fallback={null}>
          <WaitingLine list={list} parts={parts} />
        </Part>
        <div className="acts">
          <CopyButton path={`/${definition.kind}?${fixed}`} label="Copy link to exactly these rows">
            Copy link
          </CopyButton>
        </div>
      </div>
      <Find
        action={`/${definition.kind}`}
        q={search.q}
        among={searchedFields(definition)}
        params={paramsOf(definition, search, ["q"])}
      />
      <Part streamed={list.streamed} fallback={<ListChips list={list} />}>
        <NamedChips list={list} parts={parts} />
      </Part>
      <Problems problems={problems} withoutHref={here} />
      <Part streamed={list.streamed} key={`strip ${key}`} fallback={<StripSkeleton />}>
        <ListStrip list={list} parts={parts} />
      </Part>
    </>
  );
}

async function CountLine({ list: { definition, search }, parts }: Props) {
  const counted = await parts.count;
  if ("failure" in counted)
    return <FailedPart what="The count" failure={counted.failure} href={listHref(definition, search)} />;
  return countWords(counted.value, shortNoun(definition));
}

async function WaitingLine({ list: { definition, search }, parts }: Props) {
  const waiting = await parts.waiting;
  if ("failure" in waiting || !waiting.value?.count) return null;
  return (
    <p className="filing" role="status">
      <Icon name="clock" small /> {countWords(waiting.value, { one: "event", many: "events" })} being filed,{" "}
      <a className="link" href={listHref(definition, { ...search, cursor: undefined, bound: undefined })}>
        look again
      </a>
    </p>
  );
}

/** An actor is filtered by id; once the facets are there, the chip says the name. */
async function NamedChips({ list, parts }: Props) {
  const facets = await parts.facets;
  const actors = "value" in facets ? facets.value.find(({ field }) => field === "actor")?.values : undefined;
  return <ListChips list={list} labels={new Map(actors?.map(({ value, label }) => [value, label]))} />;
}

function ListChips({ list, labels }: { list: OpenedList; labels?: ReadonlyMap<string, string> }) {
  const { definition, search } = list;
  const clear = filterCount(search) > 0 ? clearHref(definition, search) : undefined;
  return <Chips chips={listChips(list, labels)} clearHref={clear} />;
}

function StripSkeleton() {
  return (
    <div className="strip busy" aria-busy="true">
      <div className="strip-head" />
      <div className="bars" />
    </div>
  );
}
