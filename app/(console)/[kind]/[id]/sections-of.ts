import { isFilled } from "@/components/fields/values.tsx";
import type { Section } from "@/lib/records/define.ts";
import type { OpenedRecord } from "./open-record.ts";

export interface ShownSection {
  id: string;
  title: string;
  fields: readonly string[];
  /** It is the comparison of before and after, not a list of facts. */
  changes: boolean;
}

// The number and the time stand in the head of the page, the source of the address beside it.
const elsewhere = ["time", "number"];

/** The definition's sections, without those in which the record has nothing. */
export function sectionsOf({ list: { definition }, row }: OpenedRecord): ShownSection[] {
  return definition.sections.flatMap(({ title, fields }: Section) => {
    const changes = fields.some((name) => definition.fields[name]?.type === "changes");
    const shown = fields.filter((name) => {
      const field = definition.fields[name];
      return (
        field && !elsewhere.includes(name) && !(name === "ipSource" && row.ip) && isFilled({ field, row })
      );
    });
    if (!changes && shown.length === 0) return [];
    return [{ id: title.toLowerCase().replaceAll(" ", "-"), title, fields: shown, changes }];
  });
}
