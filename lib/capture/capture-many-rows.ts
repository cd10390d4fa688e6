import { context, numbered, type Op, outboxOfMany } from "./capture-parts.ts";
import type { CapturePolicy } from "./policy.ts";
import { quoteLiteral } from "./quote.ts";

/**
 * Appends a statement's rows in chunks of `rest.chunk`, of a table without hidden columns, where JSON is the same in
 * every session. One pass over each transition table; PostgreSQL spills what exceeds work_mem, so a statement of
 * any length stays within it.
 */
export function appendMany(op: Op, policy: CapturePolicy): string {
  const from = {
    I: { old: "NULL", new: "n.json", n: "n.rows", source: `${chunks("new_rows")} n`, order: "n.chunk" },
    D: { old: "o.json", new: "NULL", n: "o.rows", source: `${chunks("old_rows")} o`, order: "o.chunk" },
    U: {
      old: "o.json",
      new: "n.json",
      n: "n.rows",
      source: `${chunks("old_rows")} o JOIN ${chunks("new_rows")} n ON n.chunk OPERATOR(pg_catalog.=) o.chunk
        WHERE o.json OPERATOR(pg_catalog.<>) n.json`,
      order: "n.chunk",
    },
  }[op];
  return `        ${outboxOfMany}
        SELECT '${op}', TG_RELID, ${quoteLiteral(policy.objectType)}, ${from.n}, ${from.old}, ${from.new}, ${context}
        FROM ${from.source}
        ORDER BY ${from.order};`;
}

function chunks(rows: string): string {
  return `(SELECT g.n OPERATOR(pg_catalog./) rest.chunk AS chunk, pg_catalog.count(*) AS rows, pg_catalog.json_agg(g.whole)::pg_catalog.text AS json
          FROM (${numbered(rows)}) g
          GROUP BY 1)`;
}
