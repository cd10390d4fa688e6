import { Facet as FacetDetails } from "@/components/records/facet.tsx";
import { facetLines, facetNote } from "@/components/records/facet-lines.ts";
import { FilterFrame } from "@/components/records/filter-frame.tsx";
import { TypedFilters } from "@/components/records/typed-filters.tsx";
import { FailedPart } from "@/components/ui/failed.tsx";
import type { Facet } from "@/lib/query/facet-counts.ts";
import type { Definition } from "@/lib/records/define.ts";
import { Part } from "../../part.tsx";
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
      <Part streamed={list.streamed} key={key} fallback={<FacetSkeleton />}>
        <Facets list={list} parts={parts} />
      </Part>
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
  return inOrder(definition, read.value).map((facet) => {
    const field = definition.fields[facet.field];
    if (!field?.param) return null;
    const { param } = field;
    const filter = search.filters[param];
    const lines = facetLines(field, facet, filter, (next) => filterHref(definition, search, param, next));
    return (
      <FacetDetails
        key={param}
        label={field.label}
        note={facetNote(filter)}
        lines={lines}
        more={facet.more}
        uncounted={facet.uncounted}
      />
    );
  });
}

/** What has a short list of known values comes first: it is short, and asked for most. Then as in the table. */
function inOrder(definition: Definition, facets: Facet[]): Facet[] {
  const rank = ({ field }: Facet) => {
    const column = definition.columns.indexOf(field);
    return (definition.fields[field]?.choices ? 0 : 100) + (column < 0 ? 50 : column);
  };
  return [...facets].sort((a, b) => rank(a) - rank(b));
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
