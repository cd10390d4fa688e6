import type { TypedFilter } from "@/components/records/typed-filters.tsx";
import type { Definition } from "@/lib/records/define.ts";
import { paramsOf } from "./hrefs.ts";
import type { OpenedList } from "./open-list.ts";

type Field = Definition["fields"][string];

// Counted fields are chosen above; an actor can also be typed, since only the most frequent are counted.
const alsoTyped = ["actor", "ip", "username"];
// What every record has, and few look for: it can be filtered by from the page of an event, and by address.
const rare = [
  "actorkind",
  "attribution",
  "impersonator",
  "session",
  "trace",
  "tenant",
  "source",
  "fingerprint",
  "sha256",
];

/** The filters whose values are typed, as they stand in the address, valid or not. */
export function typedFilters({ definition, search, problems, given }: OpenedList): TypedFilter[] {
  const inForce = new Map(paramsOf(definition, search, []));
  return Object.values(definition.fields).flatMap((field) => {
    const { param } = field;
    if (!param || (field.facet && !alsoTyped.includes(param))) return [];
    const invalid = problems.some((problem) => problem.param === param);
    const value = inForce.get(param) ?? (invalid ? [given[param] ?? ""].flat().join(",") : "");
    if (rare.includes(param) && value === "") return [];
    return [{ param, label: field.label, placeholder: placeholderOf(field), value, invalid }];
  });
}

function placeholderOf({ type, match, param }: Field): string {
  if (param === "actor") return "Id, none or unattributed";
  if (type === "address") return "Address or network";
  if (type === "changes") return "Name of a field";
  if (type === "object") return "Id";
  if (type === "count" || type === "bytes") return "At least";
  if (match === "contains") return "Contains";
  if (match === "prefix") return "Begins with";
  return "Exactly, or a,b or !a";
}
