import { Section } from "@/components/records/section.tsx";
import { SurroundingTable } from "@/components/records/surrounding-table.tsx";
import { Failed } from "@/components/ui/failed.tsx";
import { Go } from "@/components/ui/go.tsx";
import type { Item } from "@/lib/query/item.ts";
import { surrounding } from "@/lib/query/surrounding.ts";
import { database } from "../../../database.ts";
import { settle } from "../../../settle.ts";
import { recordHref } from "../hrefs.ts";
import { type Bond, bondLabels } from "./bonds.ts";
import type { OpenedRecord } from "./open-record.ts";

/** What else happened in the same request, to the same object, by the same actor. */
export async function SurroundingSection({ record, bond }: { record: OpenedRecord; bond: Bond }) {
  const { list, row, seq, bonds } = record;
  const { definition, viewer, search } = list;
  const here = recordHref(definition, search, seq);
  const hrefBy = (by: Bond) => (by === bonds[0] ? here : `${here}${here.includes("?") ? "&" : "?"}by=${by}`);
  const item = { kind: definition.kind, row } as Item;
  const read = await settle("the surroundings", surrounding(database("rows"), viewer, item, bond));
  return (
    <Section id="surrounding" title="Surrounding" note={`Same ${bondLabels[bond].toLowerCase()}`}>
      <nav className="seg tools" aria-label="Surrounding by">
        {bonds.map((by) => (
          <Go key={by} href={hrefBy(by)} aria-current={by === bond || undefined} scroll={false}>
            {bondLabels[by]}
          </Go>
        ))}
      </nav>
      {"failure" in read ? (
        <Failed what="The surroundings" failure={read.failure} href={here} />
      ) : (
        <SurroundingTable
          items={read.value}
          current={seq}
          zone={search.zone}
          hrefOf={(kind, number) => {
            if (kind === definition.kind) return recordHref(definition, search, number);
            return `/${kind}/${number}${search.zone === "UTC" ? "" : `?${new URLSearchParams({ tz: search.zone })}`}`;
          }}
        />
      )}
    </Section>
  );
}
