import { countWords } from "@/components/fields/figures.ts";
import { NoMatch } from "@/components/records/no-match.tsx";
import { countRecords } from "@/lib/query/count-records.ts";
import { parseSearch } from "@/lib/query/search-params.ts";
import { database } from "../../database.ts";
import { Part } from "../../part.tsx";
import { settle } from "../../settle.ts";
import { listChips } from "./list-chips.ts";
import type { OpenedList } from "./open-list.ts";
import { shortNoun } from "./short-noun.ts";

const most = 5;

/** Nothing was found: ways out, each with what it would find. */
export function ListEmpty({ list }: { list: OpenedList }) {
  const chips = listChips(list).filter(({ ignored }) => !ignored);
  return (
    <NoMatch
      noun={list.definition.noun}
      filters={chips.length}
      relaxations={chips.slice(0, most).map(({ label, removeHref }) => ({
        label: label === "Time" ? "Search all time" : `Without ${label.toLowerCase()}`,
        href: removeHref,
        count: (
          <Part streamed={list.streamed} fallback={null}>
            <WouldFind list={list} href={removeHref} />
          </Part>
        ),
      }))}
    />
  );
}

/** What the list at `href` finds; nothing is said where it could not be counted. */
async function WouldFind({ list: { definition, viewer, search }, href }: { list: OpenedList; href: string }) {
  const params = new URLSearchParams(href.split("?")[1] ?? "");
  const relaxed = parseSearch(definition, params, new Date(search.asOf)).search;
  const read = await settle("a count", countRecords(database("figures"), viewer, definition, relaxed));
  return "failure" in read ? null : countWords(read.value, shortNoun(definition));
}
