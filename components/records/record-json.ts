import { formatJson, parseJson } from "@/lib/changes/json.ts";
import type { Row } from "../fields/row.ts";

const jsonColumns = ["changes", "filters_applied"];
// The transaction is left as text: it is a number of 64 bits too, and no one reckons with it.
const numberColumns = ["seq", "record_count", "file_size"];

/** A record as JSON text, by column: what the database holds, its numbers with all their digits. */
export function recordJson(row: Row): string {
  const members = Object.entries(row).map(
    ([name, value]) => `${JSON.stringify(name)}:${valueJson(name, value)}`,
  );
  return `{${members.join(",")}}`;
}

function valueJson(name: string, value: unknown): string {
  if (value === null || value === undefined) return "null";
  if (typeof value === "string" && jsonColumns.includes(name)) return formatJson(parseJson(value));
  if (typeof value === "string" && numberColumns.includes(name) && /^\d+$/.test(value)) return value;
  return JSON.stringify(value);
}
