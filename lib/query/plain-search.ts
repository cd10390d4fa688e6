import type { Filter } from "../fields/filter.ts";
import type { Kind } from "../records/define.ts";
import type { Cursor, PageSize, Search } from "./search.ts";

interface Given {
  /** Half-open; null is no bound. */
  window?: { from: string | null; to: string | null };
  /** Values by URL parameter; any of them will do. */
  filters?: Readonly<Record<string, readonly string[]>>;
  size?: PageSize;
  cursor?: Cursor;
  bound?: string;
}

/** A search that no URL has asked for, newest first. */
export function plainSearch(kind: Kind, given: Given = {}): Search {
  const { window = { from: null, to: null }, filters = {}, size = 50, cursor, bound } = given;
  const named = { from: window.from ?? "all", to: window.to ?? "now" };
  return {
    kind,
    q: "",
    filters: Object.fromEntries(Object.entries(filters).map(([param, values]) => [param, anyOf(values)])),
    window: { ...window, given: named },
    zone: "UTC",
    sort: "-time",
    size,
    asOf: new Date().toISOString().replace("Z", "000Z"),
    ...(bound !== undefined && { bound }),
    ...(cursor && { cursor }),
  };
}

function anyOf(values: readonly string[]): Filter {
  return { negated: false, values: [...values], words: [] };
}
