import type { ChangeRow, Changes } from "./changes.ts";
import { compareField } from "./compare.ts";
import { type Json, parseJson } from "./json.ts";
import { readSide } from "./read-side.ts";

const mostFields = 200;
const mostBytes = 256 * 1024;

/**
 * From the stored JSON text of `changes` to rows for a table: `{field: {old, new}}` is compared, flat values
 * of a host's own are listed as recorded, and what is too large to read is only named.
 *
 * @throws SyntaxError when the text is not JSON
 */
export function readChanges(json: string | null): Changes {
  const value: Json = json === null ? { is: "null" } : parseJson(json);
  if (value.is === "null" || (value.is === "object" && value.members.length === 0)) return { is: "none" };
  const members: [string, Json][] = value.is === "object" ? value.members : [["", value]];
  const bytes = new TextEncoder().encode(json ?? "").length;
  if (members.length > mostFields || bytes > mostBytes) {
    return { is: "large", fields: members.map(([field]) => field), bytes };
  }
  const rows = members.flatMap(([field, entry]) => readEntry(field, entry));
  return {
    is: rows.every(({ kind }) => kind === "recorded") ? "values" : "diff",
    rows,
    fields: members.length,
  };
}

function readEntry(field: string, entry: Json): ChangeRow[] {
  if (entry.is === "object") {
    const names = entry.members.map(([name]) => name);
    const of = (name: string) => entry.members.find(([key]) => key === name)?.[1];
    const masked = readSide(entry);
    if (masked.is === "masked") return [{ field, path: [], kind: "masked", before: masked, after: masked }];
    if (names.length > 0 && names.every((name) => name === "old" || name === "new")) {
      return compareField(field, { before: of("old"), after: of("new") });
    }
  }
  return [{ field, path: [], kind: "recorded", before: { is: "absent" }, after: readSide(entry) }];
}
