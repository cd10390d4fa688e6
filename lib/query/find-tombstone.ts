import { sql } from "drizzle-orm";
import type { Viewer } from "../access/viewer.ts";
import type { Executor } from "../executor.ts";
import type { Definition } from "../records/define.ts";
import { requireView, tenantsOf } from "./confine.ts";
import { run } from "./run.ts";
import { instantText } from "./select-list.ts";

/** What is known of an event that retention has dropped. */
export interface Retired {
  /** `2024-01`, UTC. */
  month: string;
  /** Events of its kind that went with it. */
  rows: number;
  retiredAt: string;
  reason: string;
  /** The file that it was archived in; null when it was not. */
  archiveFile: string | null;
}

/**
 * Whether an event of this kind had that number and was retired with its month; undefined when not. To be asked
 * when `findRecord` finds none. A viewer confined to tenants is told nothing: whose it was is not known any more.
 *
 * @throws AnnalsError FORBIDDEN without the right to view this kind
 */
export async function findTombstone(
  db: Executor,
  viewer: Viewer,
  definition: Definition,
  seq: string,
): Promise<Retired | undefined> {
  requireView(viewer, definition);
  if (tenantsOf(viewer) !== null || !/^[1-9]\d{0,17}$/.test(seq)) return undefined;
  const [row] = await run<Retired>(
    db,
    sql`SELECT to_char(month, 'YYYY-MM') AS month, rows::float8 AS rows, ${instantText(sql`retired_at`)} AS "retiredAt",
        reason, archive_file AS "archiveFile"
      FROM annals.tombstone
      WHERE record = ${definition.record} AND first_seq <= ${seq}::bigint AND last_seq >= ${seq}::bigint AND seqs @> ${seq}::bigint`,
  );
  return row;
}
