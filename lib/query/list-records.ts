import { sql } from "drizzle-orm";
import type { Viewer } from "../access/viewer.ts";
import type { Executor } from "../executor.ts";
import type { Definition, Kind } from "../records/define.ts";
import type { RecordRow } from "../records/kinds.ts";
import { catchUp } from "../relay/catch-up.ts";
import { keysetOf } from "./keyset.ts";
import { type Reach, reachOfSearch, withinReach } from "./reach.ts";
import { requireView } from "./require-view.ts";
import { run } from "./run.ts";
import type { Cursor, Search } from "./search.ts";
import { readRows, selectList } from "./select-list.ts";
import { recordsOf } from "./tables.ts";
import { allOf, filtersOf } from "./where.ts";

export interface Page<K extends Kind> {
  /** In the order of the sort. Bulky fields are null in lists, and `changes` is where it is over 2 kB. */
  rows: RecordRow<K>[];
  /** The neighbouring pages as searches, for `formatSearch`; absent at the ends. */
  newer?: Search;
  older?: Search;
  /** The head when the first page was read: no page shows a row numbered above it. */
  bound: string;
}

/**
 * One page of a list. Files what waits in the outbox first (5,000 rows or 200 ms at most), so that readers
 * see what they have just written; `file: false` leaves that out.
 *
 * @throws AnnalsError FORBIDDEN without the right to view this kind
 */
export async function listRecords<K extends Kind>(
  db: Executor,
  viewer: Viewer,
  definition: Definition<K>,
  search: Search,
  options: { file?: boolean } = {},
): Promise<Page<K>> {
  requireView(viewer, definition);
  // Not for a further page: it shows nothing that is filed now.
  const { file = search.bound === undefined } = options;
  if (file) await catchUp(db, { maxRows: 5000, maxMs: 200 });
  const reach = await reachOfSearch(db, definition, search);
  const rows = await readPage(db, definition, search, reach);
  return { ...pageOf(search, reach.bound, rows), bound: reach.bound };
}

/** One row more than the page holds, to know whether another page follows. */
async function readPage<K extends Kind>(
  db: Executor,
  definition: Definition<K>,
  search: Search,
  { span, bound }: Reach,
): Promise<RecordRow<K>[]> {
  if (!span) return [];
  const { conditions, order } = keysetOf(definition.kind, search);
  const where = [...withinReach(definition, span, bound), ...conditions, ...filtersOf(definition, search)];
  const rows = await run<Record<string, unknown>>(
    db,
    sql`SELECT ${selectList(definition, "list")} FROM ${recordsOf(definition.kind)} WHERE ${allOf(where)}
      ORDER BY ${order} LIMIT ${search.size + 1}`,
  );
  return readRows(definition.kind, rows);
}

function pageOf<K extends Kind>(
  search: Search,
  bound: string,
  found: RecordRow<K>[],
): Omit<Page<K>, "bound"> {
  const backwards = search.cursor?.direction === "before";
  const more = found.length > search.size;
  const rows = found.slice(0, search.size);
  if (backwards) rows.reverse();
  const place = (direction: Cursor["direction"], row: RecordRow<K> | undefined): Search | undefined =>
    row && { ...search, bound, cursor: { direction, at: row.recorded_at, seq: row.seq } };
  // Where the page was reached from, there is at least the row at its cursor.
  const following = backwards || more ? place("after", rows.at(-1)) : undefined;
  const preceding = (backwards ? more : search.cursor) ? place("before", rows[0]) : undefined;
  return search.sort === "-time"
    ? { rows, newer: preceding, older: following }
    : { rows, newer: following, older: preceding };
}
