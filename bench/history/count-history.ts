import type postgres from "postgres";
import { executorOf } from "../../lib/adapters/db/postgres-js.ts";
import { checkRollups } from "../../lib/relay/check-rollups.ts";
import type { MonthTask } from "./month.ts";

/** Fills the rollups of one month of a record by the product's own query, at once where the relay goes by batches. */
export async function countMonth(sql: postgres.Sql, { record, month }: MonthTask): Promise<void> {
  const condition = `e.recorded_at >= '${month}' AND e.recorded_at < '${month}'::timestamptz + interval '1 month'`;
  const [row] = await sql`SELECT annals.rollup_counts(${record}, ${condition}) AS query`;
  await sql.begin(async (tx) => {
    await tx.unsafe("SET LOCAL work_mem = '256MB'; SET LOCAL timezone = 'UTC'");
    await tx.unsafe(`
      WITH counted AS MATERIALIZED (${row?.query}), into_day AS (
        INSERT INTO annals.rollup_day (shape, day, n, a, b, c, quarters)
        SELECT shape, day, n, a, b, c, quarters FROM counted ORDER BY shape, day, a, b, c
      )
      INSERT INTO annals.rollup_month (shape, month, n, a, b, c)
      SELECT shape, '${month}'::date, sum(n), a, b, c FROM counted
      WHERE '${month}'::date < (SELECT months_before FROM annals.rollup_head)
      GROUP BY 1, 4, 5, 6 ORDER BY 1, 4, 5, 6`);
  });
}

/** That they are what the relay would have made of it, as `annals check --rollups` finds. */
export async function proveCounts(sql: postgres.Sql): Promise<void> {
  const { total, differences, countedSeq, headSeq } = await checkRollups(executorOf(sql));
  if (total > 0) throw new Error(`${total} counts are wrong, the first: ${JSON.stringify(differences[0])}`);
  if (countedSeq !== headSeq) throw new Error(`counted to ${countedSeq} of ${headSeq}`);
}
