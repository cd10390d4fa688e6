import { hasPermission } from "@/lib/access/require-permission.ts";
import type { Filter } from "@/lib/fields/filter.ts";
import { countRecords } from "@/lib/query/count-records.ts";
import { facetCounts } from "@/lib/query/facet-counts.ts";
import { failingAddresses } from "@/lib/query/failing-addresses.ts";
import { freshness } from "@/lib/query/freshness.ts";
import { largestExports } from "@/lib/query/largest-exports.ts";
import { openEvents } from "@/lib/query/open-events.ts";
import { plainSearch } from "@/lib/query/plain-search.ts";
import type { Search } from "@/lib/query/search.ts";
import { summary } from "@/lib/query/summary.ts";
import { waitingEvents } from "@/lib/query/waiting-events.ts";
import type { Kind } from "@/lib/records/define.ts";
import { definitions } from "@/lib/records/kinds.ts";
import { database } from "../../database.ts";
import { fileWaiting } from "../../file-waiting.ts";
import { type Settled, settle } from "../../settle.ts";
import type { OpenedOverview } from "./open-overview.ts";

export type OverviewParts = ReturnType<typeof startOverview>;

/**
 * Starts reading all parts of the overview that the viewer may see; each comes, or fails, by itself. A part that is
 * not for them is undefined, and nothing is asked for it.
 */
export function startOverview({ viewer, zone, window, previous, now }: OpenedOverview) {
  const [rows, figures] = [database("rows"), database("figures")];
  const filed = fileWaiting();
  const read = <Value>(what: string, ask: () => Promise<Value>) => settle(what, filed.then(ask));
  const readFor = <Value>(
    kind: Kind,
    what: string,
    ask: () => Promise<Value>,
  ): Promise<Settled<Value>> | undefined =>
    hasPermission(viewer, `${kind}.view`) ? read(what, ask) : undefined;
  const { audit } = definitions;
  return {
    figures: read("the figures", () =>
      Promise.all([summary(figures, viewer, window, zone), summary(figures, viewer, previous, zone)]),
    ),
    activity: readFor("audit", "the activity", () =>
      facetCounts(figures, viewer, audit, plainSearch("audit", { window })),
    ),
    unattributed: readFor("audit", "what nobody is known for", () =>
      countRecords(figures, viewer, audit, unattributed(plainSearch("audit", { window }))),
    ),
    open: readFor("events", "the open events", () => openEvents(figures, viewer, now)),
    failing: readFor("logins", "the failing addresses", () => failingAddresses(rows, viewer, window)),
    exports: readFor("exports", "the largest exports", () => largestExports(rows, viewer, window)),
    freshness: read("the newest event", () => freshness(figures, viewer)),
    waiting: read("what waits to be filed", () => waitingEvents(figures, viewer)),
  };
}

/** Of which no actor is known but, at most, the database role. */
export function unattributed(search: Search): Search {
  const actor: Filter = { negated: false, values: [], words: ["unattributed"] };
  return { ...search, filters: { actor } };
}
