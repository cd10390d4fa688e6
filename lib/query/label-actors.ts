import { sql } from "drizzle-orm";
import type { Executor } from "../executor.ts";
import type { Definition } from "../records/define.ts";
import { type Confined, ofTenants } from "./confine.ts";
import { keyOf } from "./keyset.ts";
import { type Span, withinSpan } from "./reach.ts";
import { run } from "./run.ts";
import { columnOf, ofRow, recordsOf } from "./tables.ts";
import { allOf } from "./where.ts";

// Of an actor who works for many tenants, the newest may all be of others.
const mostRead = 200;

/**
 * The newest label of each actor within the span: one probe of the newest months for each. For a viewer who is
 * confined to tenants, from their own records among the newest of the actor.
 */
export async function labelActors(
  db: Executor,
  definition: Definition,
  { tenants }: Confined,
  span: Span,
  actors: readonly string[],
): Promise<Map<string, string>> {
  if (actors.length === 0) return new Map();
  const { kind } = definition;
  const [actor, label] = ["actor_id", "actor_label"].map((name) => ofRow(columnOf(kind, name)));
  const [at, seq] = keyOf(kind);
  const rows = await run<{ actor: string; label: string }>(
    db,
    sql`SELECT wanted.actor, newest.label
      FROM json_array_elements_text(${JSON.stringify(actors)}::text::json) AS wanted(actor)
      CROSS JOIN LATERAL (
        SELECT r.label FROM (
          SELECT ${label} AS label, ${ofRow(columnOf(kind, "tenant"))} AS tenant FROM ${recordsOf(kind)}
          WHERE ${actor} = wanted.actor AND ${allOf(withinSpan(definition, span))}
          ORDER BY ${at} DESC, ${seq} DESC LIMIT ${sql.raw(String(tenants === null ? 1 : mostRead))}
        ) AS r WHERE ${allOf(ofTenants(kind, tenants))} LIMIT 1
      ) AS newest`,
  );
  return new Map(rows.map((row) => [row.actor, row.label]));
}
