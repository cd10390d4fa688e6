import type { Viewer } from "../access/viewer.ts";
import type { Executor } from "../executor.ts";
import type { Kind } from "../records/define.ts";
import { definitions } from "../records/kinds.ts";
import { confine } from "./confine.ts";
import { findRows } from "./find-rows.ts";
import { byPlace, type Item, isPlaceBefore } from "./item.ts";
import type { Mark } from "./keyset.ts";
import { budget } from "./limits.ts";
import { plainSearch } from "./plain-search.ts";
import { readExtent } from "./reach.ts";
import type { PageSize } from "./search.ts";

/** Where a page ended, for the next one. */
export interface HistoryPlace extends Mark {
  /** The head when the first page was read: no page shows a row numbered above it. */
  bound: string;
}

export interface HistoryPage {
  /** Newest first, of whatever kind. */
  items: Item[];
  older?: HistoryPlace;
  bound: string;
  /** The time was up: nothing older than this instant has been looked through; `older` goes on from there. */
  searchedBackTo?: string;
}

export interface HistoryOptions {
  size?: PageSize;
  /** `older` of the page before. */
  after?: HistoryPlace;
  window?: { from: string | null; to: string | null };
  /** After so many milliseconds no further statement is begun, of each kind. */
  budgetMs?: number;
}

/** Values by URL parameter. */
export type Filters = Readonly<Record<string, readonly string[]>>;

/** What is looked for in each kind: whatever any of these finds. */
export type Asked = Partial<Record<Kind, readonly Filters[]>>;

/**
 * Merges what searches of several kinds find into one order. Each is a walk of its own, so that a page costs no
 * more than a page of each list; mostly less, since none goes back beyond where the audit log has filled the page.
 */
export async function readHistory(
  db: Executor,
  viewer: Viewer,
  asked: Asked,
  { size = 50, after, window, budgetMs = budget }: HistoryOptions,
): Promise<HistoryPage> {
  const kinds = Object.keys(asked) as Kind[];
  const extents = await Promise.all(kinds.map((kind) => readExtent(db, definitions[kind])));
  const [any] = extents;
  if (!any) throw new RangeError("a kind to look through");
  // Asked in one turn, so the head is the same for all.
  const bound = after?.bound ?? any.head;
  type Walk = { items: Item[]; stop?: Mark };
  const look = async (kind: Kind, filters: Filters, from: string | null): Promise<Walk> => {
    const extent = extents[kinds.indexOf(kind)];
    if (!extent) throw new RangeError("an extent for each kind");
    const cursor = after && ({ direction: "after", at: after.at, seq: after.seq } as const);
    const within = { from: latest(window?.from ?? null, from), to: window?.to ?? null };
    const search = plainSearch(kind, { filters, bound, size, window: within, cursor });
    const mine = confine(viewer, definitions[kind], search);
    const { found, stop } = await findRows(db, definitions[kind], mine, extent, {
      wanted: size + 1,
      budgetMs,
    });
    return { items: found.map((row) => ({ kind, row }) as Item), stop };
  };
  // The audit log, which holds the most, is asked first: where it fills the page, the others need to go no further back.
  const questions = kinds.flatMap((kind) => (asked[kind] ?? []).map((filters) => ({ kind, filters })));
  const first = questions.find(({ kind }) => kind === "audit");
  const walk: Walk = first ? await look(first.kind, first.filters, null) : { items: [] };
  const edge = walk.items.at(size)?.row.recorded_at ?? walk.stop?.at ?? null;
  const others = questions.filter((question) => question !== first);
  const walks = [walk, ...(await Promise.all(others.map(({ kind, filters }) => look(kind, filters, edge))))];
  // Behind the place where the first of them had to stop, rows of its kind may be missing.
  const stops = walks.flatMap(({ stop }) => stop ?? []);
  const [stop] = stops.sort((one, other) => (isPlaceBefore(one, other) ? 1 : -1));
  // One that several have found is one.
  const all = new Map(walks.flatMap(({ items }) => items.map((item) => [item.row.seq, item])));
  const found = [...all.values()]
    .filter(({ row }) => !stop || !isPlaceBefore(placeOf(row), stop))
    .sort((one, other) => byPlace(other, one));
  const items = found.slice(0, size);
  const last = items.at(-1);
  if (found.length > size && last) return { items, bound, older: { ...placeOf(last.row), bound } };
  if (stop) return { items, bound, older: { ...stop, bound }, searchedBackTo: stop.at };
  return { items, bound };
}

function latest(one: string | null, other: string | null): string | null {
  if (one === null || other === null) return one ?? other;
  return one > other ? one : other;
}

function placeOf({ recorded_at, seq }: Item["row"]): Mark {
  return { at: recorded_at, seq };
}
