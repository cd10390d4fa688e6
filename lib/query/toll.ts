import { type SQL, sql } from "drizzle-orm";
import type { Kind } from "../records/define.ts";
import { keyOf } from "./keyset.ts";
import { fixed } from "./run.ts";
import { columnOf, ofRow } from "./tables.ts";

/**
 * Always true, never worked out, and dear in the eyes of the planner: 0.25 for each row that a plan would look
 * at, or a multiple of it (a page read in order costs 1). It makes the plan that looks at the fewest rows the cheapest one, which otherwise depends on statistics
 * that a new month has not got, and on the belief that what is common apart is common together. Without it two
 * common values that never meet may cost a sequential scan of every month.
 *
 * `seq <> 0` decides, of which the planner expects no effect. `to_tsvector` is a function of PostgreSQL whose cost
 * is set to 100 operators; `pg_backend_pid` may not run in a parallel worker, and to start some would take longer
 * than the reading.
 */
export function toll(kind: Kind, times = 1): SQL {
  return fixed(`toll ${kind} ${times}`, () => tollOn(kind, ofRow(columnOf(kind, "db_role")), times));
}

/** The same of a column that every index with the key has, for what is answered by an index alone. */
export function keyToll(kind: Kind): SQL {
  const [, seq] = keyOf(kind);
  return fixed(`key toll ${kind}`, () => tollOn(kind, sql`${seq}::text`, 1));
}

function tollOn(kind: Kind, text: SQL, times: number): SQL {
  const [, seq] = keyOf(kind);
  const dear = Array.from({ length: times }, () => sql`to_tsvector('simple', ${text}) IS NULL`);
  return sql`(${seq} <> 0 OR (pg_backend_pid() = 0 AND ${sql.join(dear, sql` AND `)}))`;
}
