import { countRecords } from "@/lib/query/count-records.ts";
import { dateStrip } from "@/lib/query/date-strip.ts";
import { facetCounts } from "@/lib/query/facet-counts.ts";
import { listRecords } from "@/lib/query/list-records.ts";
import type { Search } from "@/lib/query/search.ts";
import { waitingEvents } from "@/lib/query/waiting-events.ts";
import { database } from "../../database.ts";
import { fileWaiting } from "../../file-waiting.ts";
import { settle } from "../../settle.ts";
import type { OpenedList } from "./open-list.ts";

export type ListParts = Awaited<ReturnType<typeof startParts>>;

// Short enough not to be felt, long enough for the figures of an ordinary list.
const grace = 150;

/**
 * Starts reading all parts of a list at once; each comes, or fails, by itself. `quick`: the figures were there
 * within the grace, so that the page can put them where the old ones stand, without a gap between.
 */
export async function startParts({ definition, viewer, search }: OpenedList) {
  const [rows, figures] = [database("rows"), database("figures")];
  // All of them, or the head would speak of events as waiting that stand below it, and count them out.
  const filed = fileFor(search);
  const read = <Value>(what: string, ask: () => Promise<Value>) => settle(what, filed.then(ask));
  const parts = {
    page: read("the rows", () => listRecords(rows, viewer, definition, search)),
    count: read("the count", () => countRecords(figures, viewer, definition, search)),
    strip: read("the dates", () => dateStrip(figures, viewer, definition, search)),
    facets: read("the facets", () => facetCounts(figures, viewer, definition, search)),
    waiting: read("what waits to be filed", () => waitingEvents(figures, viewer)),
  };
  const late = new Promise<false>((resolve) => setTimeout(resolve, grace, false));
  const early = Promise.all([parts.count, parts.strip, parts.facets]).then(() => true);
  return { ...parts, quick: await Promise.race([early, late]) };
}

/** So that readers see what they have just written; a further page shows nothing that is filed now. */
async function fileFor({ bound }: Search): Promise<void> {
  if (bound === undefined) await fileWaiting();
}
