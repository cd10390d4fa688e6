import type { Viewer } from "../access/viewer.ts";
import type { Executor } from "../executor.ts";
import { definitions } from "../records/kinds.ts";
import { type ListOptions, listRecords, type Page } from "./list-records.ts";
import { plainSearch } from "./plain-search.ts";
import type { Cursor, PageSize } from "./search.ts";

/** One part of a key as JSON has it: numbers stay numbers. */
export type KeyPart = string | number | bigint | boolean | null;

export interface ObjectName {
  type: string;
  /** As recorded; or the parts of a composite key, in the order of its columns. */
  key: string | readonly KeyPart[];
}

export interface ObjectHistoryOptions extends ListOptions {
  size?: PageSize;
  /** Of `older` or `newer` of another page, with its bound. */
  cursor?: Cursor;
  bound?: string;
  /** Only events in which this field has changed. */
  field?: string;
}

/**
 * The whole life of one object, newest first.
 *
 * @throws AnnalsError FORBIDDEN without the right to view the audit log
 */
export async function objectHistory(
  db: Executor,
  viewer: Viewer,
  { type, key }: ObjectName,
  { size, cursor, bound, field, ...options }: ObjectHistoryOptions = {},
): Promise<Page<"audit">> {
  const filters = { type: [type], object: [objectId(key)], ...(field !== undefined && { field: [field] }) };
  const search = plainSearch("audit", { filters, size, cursor, bound });
  return listRecords(db, viewer, definitions.audit, search, options);
}

/** The `object_id` of a key: of a composite one, JSON in the way that PostgreSQL writes it. */
export function objectId(key: ObjectName["key"]): string {
  if (typeof key === "string") return key;
  return `[${key.map((part) => (typeof part === "bigint" ? String(part) : JSON.stringify(part))).join(", ")}]`;
}
