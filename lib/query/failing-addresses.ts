import type { Viewer } from "../access/viewer.ts";
import type { Executor } from "../executor.ts";
import { definitions, type RecordRow } from "../records/kinds.ts";
import { readSample, type Sample } from "./sample.ts";
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
  const filters = { status: ["FAILED", "BLOCKED"] };
  return readSample(db, viewer, definitions.logins, { window, filters }, byAddress);
}

function byAddress(rows: readonly RecordRow<"logins">[]): FailingAddress[] {
  const known = new Map<string | null, FailingAddress & { names: Set<string> }>();
  for (const { ip, username, recorded_at } of rows) {
    const address = known.get(ip) ?? {
      ip,
      attempts: 0,
      usernames: 0,
      lastAt: recorded_at,
      names: new Set(),
    };
    address.attempts += 1;
    address.usernames = address.names.add(username).size;
    known.set(ip, address);
  }
  const most = [...known.values()].sort((one, other) => other.attempts - one.attempts).slice(0, shown);
  return most.map(({ names: _, ...address }) => address);
}
