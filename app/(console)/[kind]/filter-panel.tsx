import { Suspense } from "react";
import { Facet } from "@/components/records/facet.tsx";
import { facetLines, facetNote } from "@/components/records/facet-lines.ts";
import { FilterFrame } from "@/components/records/filter-frame.tsx";
import { TypedFilters } from "@/components/records/typed-filters.tsx";
import { FailedPart } from "@/components/ui/failed.tsx";
import { filterHref, listHref, paramsOf } from "./hrefs.ts";
import { clearHref, filterCount } from "./list-chips.ts";
import { ListTime } from "./list-time.tsx";
import type { OpenedList } from "./open-list.ts";
import type { ListParts } from "./start-parts.ts";
import { typedFilters } from "./typed-filters.ts";

interface Props {
  list: OpenedList;
  parts: ListParts;
}

/** The margin of a list: when, the fields that are counted, then those whose values are typed. */
export function FilterPanel({ list, parts }: Props) {
  const { definition, search } = list;
  const typed = typedFilters(list);
  const names = typed.map(({ param }) => param);
  const key = parts.quick ? "quick" : listHref(definition, search);
  return (
    <FilterFrame count={filterCount(search)} clearHref={clearHref(definition, search)}>
      <ListTime list={list} />
      <Suspense key={key} fallback={<FacetSkeleton />}>
        <Facets list={list} parts={parts} />
      </Suspense>
      <TypedFilters
        action={`/${definition.kind}`}
        filters={typed}
        params={paramsOf(definition, search, names)}
      />
    </FilterFrame>
  );
}

async function Facets({ list: { definition, search }, parts }: Props) {
  const read = await parts.facets;
  if ("failure" in read)
    return (
      <div className="facet">
        <FailedPart what="The counts" failure={read.failure} href={listHref(definition, search)} />
      </div>
    );
  return read.value.map((facet) => {
    const field = definition.fields[facet.field];
    if (!field?.param) return null;
    const { param } = field;
    const filter = search.filters[param];
    const lines = facetLines(field, facet, filter, (next) => filterHref(definition, search, param, next));
    return <Facet key={param} label={field.label} note={facetNote(filter)} lines={lines} more={facet.more} />;
  });
}

function FacetSkeleton() {
  return (
    <div className="facet" aria-busy="true">
      <span className="sk" />
      <span className="sk" />
      <span className="sk" />
    </div>
  );
}
