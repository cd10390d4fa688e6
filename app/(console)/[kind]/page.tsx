import type { Metadata } from "next";
import { isKind } from "@/lib/records/kinds.ts";
import { metadata as notFound } from "../../not-found.tsx";
import { NothingHere } from "../../nothing-here.tsx";
import { Outage } from "../../outage.tsx";
import { settle } from "../../settle.ts";
import type { GivenParams } from "../given-params.ts";
import { FilterPanel } from "./filter-panel.tsx";
import { ListFrame } from "./list-frame.tsx";
import { ListHead } from "./list-head.tsx";
import { ListRows } from "./list-rows.tsx";
import { listTitle } from "./list-title.ts";
import { openList } from "./open-list.ts";
import { startParts } from "./start-parts.ts";

interface Props {
  params: Promise<{ kind: string }>;
  searchParams: Promise<GivenParams>;
}

export async function generateMetadata({ params, searchParams }: Props): Promise<Metadata> {
  const { kind } = await params;
  return isKind(kind) ? { title: listTitle(kind, await searchParams) } : notFound;
}

/** The four lists. */
export default async function ListPage({ params, searchParams }: Props) {
  const { kind } = await params;
  if (!isKind(kind)) return <NothingHere />;
  const opened = await settle("the viewer", openList(kind, await searchParams));
  if ("failure" in opened) return <Outage failure={opened.failure} href={`/${kind}`} />;
  const list = opened.value;
  const parts = await startParts(list);
  return (
    <ListFrame list={list} margin={<FilterPanel list={list} parts={parts} />}>
      <ListHead list={list} parts={parts} />
      <ListRows list={list} parts={parts} />
    </ListFrame>
  );
}
