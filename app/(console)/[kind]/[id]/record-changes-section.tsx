import { RecordChanges } from "@/components/changes/record-changes.tsx";
import { textOf } from "@/components/fields/row.ts";
import { Section } from "@/components/records/section.tsx";
import { readChanges } from "@/lib/changes/read-changes.ts";
import type { OpenedRecord } from "./open-record.ts";

interface Props {
  record: OpenedRecord;
  id: string;
  title: string;
  rawHref: string;
}

export function RecordChangesSection({ record: { row }, id, title, rawHref }: Props) {
  const changes = readChanges(textOf(row, "changes") || null);
  const count = changes.is === "none" ? 0 : changes.is === "large" ? changes.fields.length : changes.fields;
  return (
    <Section id={id} title={title} note={count > 0 && `${count} ${count === 1 ? "field" : "fields"}`}>
      <RecordChanges changes={changes} rawHref={rawHref} />
    </Section>
  );
}
