import type { Viewer } from "../access/viewer.ts";
import type { Executor } from "../executor.ts";
import type { Definition, Kind } from "../records/define.ts";
import type { RecordRow } from "../records/kinds.ts";
import { confine } from "./confine.ts";
import { findRows } from "./find-rows.ts";
import { goesDown, type Mark } from "./keyset.ts";
import { budget, type Limits } from "./limits.ts";
import { justAfter, readExtent } from "./reach.ts";
import type { Cursor, Search } from "./search.ts";
import type { Walked } from "./walk.ts";

export interface Page<K extends Kind> {
  /** In the order of the sort. Bulky fields are null in lists, and `changes` is where it is over 2 kB. */
  rows: RecordRow<K>[];
  /** The neighbouring pages as searches, for `formatSearch`; absent at the ends. */
  newer?: Search;
  older?: Search;
  /** The head when the first page was read: no page shows a row numbered above it. */
  bound: string;
  /**
   * The time was up before the page was full: an instant, nothing older than it has been looked through, and
   * `older` goes on from there.
   */
  searchedBackTo?: string;
  /** The same on the way to newer records; `newer` goes on. */
  searchedUpTo?: string;
}

export interface ListOptions {
  /** After so many milliseconds no further statement is begun, and what was found is returned. */
  budgetMs?: number;
  /** Instead of those that were measured, for tests with few rows. */
  limits?: Limits;
}

/**
 * One page of a list. It shows what is filed: whoever wants to see what they have just written files it first
 * (`catchUp`), on a connection that may write, which that of a reader may not. However rare what is looked for may be, it takes little more than `budgetMs`.
 *
 * @throws AnnalsError FORBIDDEN without the right to view this kind
 */
export async function listRecords<K extends Kind>(
  db: Executor,
  viewer: Viewer,
  definition: Definition<K>,
  search: Search,
  options: ListOptions = {},
): Promise<Page<K>> {
  const mine = confine(viewer, definition, search);
  const { budgetMs = budget, limits } = options;
  const extent = await readExtent(db, definition);
  // One row more than the page holds, to know whether another page follows.
  const wanted = search.size + 1;
  const walked = await findRows(db, definition, mine, extent, { wanted, budgetMs, limits });
  return pageOf(search, search.bound ?? extent.head, walked);
}

function pageOf<K extends Kind>(search: Search, bound: string, walked: Walked<RecordRow<K>>): Page<K> {
  const { found, stop } = walked;
  const onward = search.cursor?.direction ?? "after";
  const rows = found.slice(0, search.size);
  const [first, last] = [rows[0], rows.at(-1)].map((row) => row && { at: row.recorded_at, seq: row.seq });
  const end = found.length > search.size ? last : stop;
  const origin = search.cursor && (first ?? beside(search, search.cursor, bound));
  const link = (direction: Cursor["direction"], mark: Mark | undefined): Search | undefined =>
    mark && { ...search, bound, cursor: { direction, ...mark } };
  const [after, before] =
    onward === "after"
      ? [link("after", end), link("before", origin)]
      : [link("after", origin), link("before", end)];
  if (onward === "before") rows.reverse();
  const [newer, older] = search.sort === "-time" ? [before, after] : [after, before];
  const searched = stop && { [goesDown(search) ? "searchedBackTo" : "searchedUpTo"]: stop.at };
  return { rows, newer, older, bound, ...searched };
}

/** From where the way back, out of a page without rows, finds the row at the cursor as well. */
function beside(search: Search, { at, seq }: Cursor, bound: string): Mark {
  const number = BigInt(seq);
  if (goesDown(search)) return { at, seq: String(number > 0n ? number - 1n : 0n) };
  return number < BigInt(bound) ? { at, seq: String(number + 1n) } : { at: justAfter(at), seq: "0" };
}
