import type { Metadata } from "next";
import { sentenceOf, sentenceText } from "@/components/records/sentence.ts";
import { revealInLine } from "@/components/ui/reveal.ts";
import { definitions, isKind } from "@/lib/records/kinds.ts";
import { metadata as notFound } from "../../../not-found.tsx";
import { NothingHere } from "../../../nothing-here.tsx";
import { Outage } from "../../../outage.tsx";
import { settle } from "../../../settle.ts";
import type { GivenParams } from "../../given-params.ts";
import { ListFrame } from "../list-frame.tsx";
import { openRecord } from "./open-record.ts";
import { RecordPage } from "./record-page.tsx";
import { RecordToc } from "./record-toc.tsx";

interface Props {
  params: Promise<{ kind: string; id: string }>;
  searchParams: Promise<GivenParams>;
}

export async function generateMetadata({ params, searchParams }: Props): Promise<Metadata> {
  const { kind, id } = await params;
  if (!isKind(kind)) return notFound;
  const opened = await settle("the title", openRecord(kind, id, await searchParams));
  if ("failure" in opened) return { title: definitions[kind].title };
  if (!opened.value) return notFound;
  const sentence = sentenceText(sentenceOf(kind, opened.value.row));
  return { title: `${revealInLine(sentence).slice(0, 200)} · ${definitions[kind].title}` };
}

/** One record in full. */
export default async function RecordRoute({ params, searchParams }: Props) {
  const { kind, id } = await params;
  if (!isKind(kind)) return <NothingHere />;
  const opened = await settle("the record", openRecord(kind, id, await searchParams));
  if ("failure" in opened) return <Outage failure={opened.failure} href={`/${kind}/${id}`} />;
  const record = opened.value;
  if (!record) return <NothingHere />;
  return (
    <ListFrame list={record.list} seq={record.seq} margin={<RecordToc record={record} />}>
      <RecordPage record={record} />
    </ListFrame>
  );
}
