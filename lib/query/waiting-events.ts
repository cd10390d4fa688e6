import { sql } from "drizzle-orm";
import { hasPermission, requirePermission } from "../access/require-permission.ts";
import type { Viewer } from "../access/viewer.ts";
import type { Executor } from "../executor.ts";
import { kinds } from "../records/kinds.ts";
import { tenantsOf } from "./confine.ts";
import { type Count, capCount, countCap } from "./count-records.ts";
import { run } from "./run.ts";

/**
 * How many events wait in the outbox: "1,204 events being filed". Exact up to 10,000. Null for a viewer who is
 * confined to tenants: which events are theirs is not known before they are filed.
 *
 * @throws AnnalsError FORBIDDEN to whoever may view no record at all
 */
export async function waitingEvents(db: Executor, viewer: Viewer): Promise<Count | null> {
  if (!kinds.some((kind) => hasPermission(viewer, `${kind}.view`))) requirePermission(viewer, "audit.view");
  if (tenantsOf(viewer) !== null) return null;
  const [row] = await run<{ waiting: string }>(
    db,
    sql`SELECT annals.waiting(${countCap}::int)::text AS waiting`,
  );
  return capCount(Number(row?.waiting));
}
