import type { Viewer } from "../access/viewer.ts";
import type { Executor } from "../executor.ts";
import { definitions } from "../records/kinds.ts";
import { confine } from "./confine.ts";
import { findRows } from "./find-rows.ts";
import { budget } from "./limits.ts";
import { plainSearch } from "./plain-search.ts";
import { readExtent } from "./reach.ts";
import { type Sample, sampleOf, sampleSize } from "./sample.ts";
import type { Window } from "./search.ts";

export interface FailingAddress {
  /** Null: not known. */
  ip: string | null;
  attempts: number;
  /** How many names were tried. */
  usernames: number;
  lastAt: string;
}

const shown = 10;

/**
 * From where sign-ins failed or were blocked, most attempts first: among the newest 1,000 of the window.
 *
 * @throws AnnalsError FORBIDDEN without the right to view login attempts
 */
export async function failingAddresses(
  db: Executor,
  viewer: Viewer,
  window: Pick<Window, "from" | "to">,
): Promise<Sample<FailingAddress>> {
  const { logins } = definitions;
  const search = plainSearch("logins", { window, filters: { status: ["FAILED", "BLOCKED"] } });
  const mine = confine(viewer, logins, search);
  const extent = await readExtent(db, logins);
  const walked = await findRows(db, logins, mine, extent, { wanted: sampleSize, budgetMs: budget });
  const byAddress = new Map<string | null, FailingAddress & { names: Set<string> }>();
  for (const { ip, username, recorded_at } of walked.found) {
    const known = byAddress.get(ip) ?? {
      ip,
      attempts: 0,
      usernames: 0,
      lastAt: recorded_at,
      names: new Set(),
    };
    known.attempts += 1;
    known.usernames = known.names.add(username).size;
    byAddress.set(ip, known);
  }
  const most = [...byAddress.values()].sort((one, other) => other.attempts - one.attempts).slice(0, shown);
  return sampleOf(
    walked,
    most.map(({ names: _, ...address }) => address),
  );
}
