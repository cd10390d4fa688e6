import { sql } from "drizzle-orm";
import type { Executor } from "../executor.ts";
import type { Definition } from "../records/define.ts";
import { keyOf } from "./keyset.ts";
import { type Span, withinSpan } from "./reach.ts";
import { run } from "./run.ts";
import { columnOf, ofRow, recordsOf } from "./tables.ts";
import { allOf } from "./where.ts";

/** The newest label of each actor within the span: one probe of the newest months for each. */
export async function labelActors(
  db: Executor,
  definition: Definition,
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
        SELECT ${label} AS label FROM ${recordsOf(kind)}
        WHERE ${actor} = wanted.actor AND ${allOf(withinSpan(definition, span))}
        ORDER BY ${at} DESC, ${seq} DESC LIMIT 1
      ) AS newest`,
  );
  return new Map(rows.map((row) => [row.actor, row.label]));
}
