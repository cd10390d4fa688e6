import { sql } from "drizzle-orm";
import type { Viewer } from "../access/viewer.ts";
import type { Executor } from "../executor.ts";
import { definitions } from "../records/kinds.ts";
import { ofTenants, requireView, tenantsOf } from "./confine.ts";
import { type Count, capCount, countCap } from "./count-records.ts";
import { orderOf } from "./keyset.ts";
import { type ObjectName, objectId } from "./object-history.ts";
import { readExtent, withinReach } from "./reach.ts";
import { run } from "./run.ts";
import { instantText } from "./select-list.ts";
import { ofRow, recordsOf, tables } from "./tables.ts";
import { toll } from "./toll.ts";
import { allOf } from "./where.ts";

export interface ObjectFacts {
  /** Capped: the facts below are those of the newest 10,000 events. */
  events: Count;
  actors: number;
  /** Its newest name. */
  label: string;
  firstAt: string;
  lastAt: string;
  /** The newest event that made, changed or deleted it has deleted it. */
  deleted: boolean;
}

/**
 * What stands above the history of an object; undefined when nothing is recorded of it.
 *
 * @throws AnnalsError FORBIDDEN without the right to view the audit log
 */
export async function objectFacts(
  db: Executor,
  viewer: Viewer,
  { type, key }: ObjectName,
): Promise<ObjectFacts | undefined> {
  const { audit } = definitions;
  requireView(viewer, audit);
  const { span, head } = await readExtent(db, audit);
  if (!span) return undefined;
  const { object_type, object_id, recorded_at, seq, actor_kind, actor_id, object_label, action, tenant } =
    tables.audit;
  const columns = [recorded_at, seq, actor_kind, actor_id, object_label, action, tenant].map(ofRow);
  const where = [
    sql`${ofRow(object_type)} = ${type}`,
    sql`${ofRow(object_id)} = ${objectId(key)}`,
    ...withinReach(audit, span, head),
    toll("audit"),
  ];
  // The tenant is looked at behind the limit: however many others share the object, so many rows are read.
  const [row] = await run<Omit<ObjectFacts, "events"> & { events: number }>(
    db,
    sql`WITH newest AS MATERIALIZED (
        SELECT ${sql.join(columns, sql`, `)} FROM ${recordsOf("audit")} WHERE ${allOf(where)}
        ORDER BY ${orderOf("audit", true)} LIMIT ${sql.raw(String(countCap + 1))}
      ), own AS NOT MATERIALIZED (SELECT * FROM newest AS r WHERE ${allOf(ofTenants("audit", tenantsOf(viewer)))}),
      found AS (SELECT count(*)::int AS events, min(recorded_at) AS first, max(recorded_at) AS last FROM own)
      SELECT events, ${instantText(sql`first`)} AS "firstAt", ${instantText(sql`last`)} AS "lastAt",
        (SELECT count(*)::int FROM (SELECT FROM own GROUP BY actor_kind, actor_id) AS actor) AS actors,
        (SELECT object_label FROM own AS r WHERE object_label <> ''
          ORDER BY ${orderOf("audit", true)} LIMIT 1) AS label,
        coalesce((SELECT action = 'DELETE' FROM own AS r WHERE action IN ('CREATE', 'UPDATE', 'DELETE')
          ORDER BY ${orderOf("audit", true)} LIMIT 1), false) AS deleted
      FROM found`,
  );
  if (!row || row.events === 0) return undefined;
  return { ...row, label: row.label ?? "", events: capCount(row.events) };
}
