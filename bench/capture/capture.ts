import type postgres from "postgres";
import type { Bench } from "../bench.ts";
import { openBenchDatabase } from "../database.ts";
import { atMost, type Result, resultOf } from "../result.ts";
import { ratios } from "../statistics.ts";
import { applicationTransaction } from "./application-transaction.ts";
import { bulk } from "./bulk.ts";
import { bulkResults } from "./bulk-results.ts";
import { extremes } from "./extremes.ts";
import {
  createOrderTables,
  emptyHistories,
  insertRows,
  leastForOneRow,
  titles,
  variants,
} from "./order-tables.ts";
import { pgbench } from "./pgbench.ts";
import { serverSide } from "./server-side.ts";
import { requestContext, singleBytes } from "./single-bytes.ts";
import { singleResults } from "./single-results.ts";
import { singleRows, spread } from "./single-rows.ts";

/** What capture costs the writer, beside the least trigger, one for each row and a diff inside the trigger. */
export const capture: Bench = {
  name: "capture",
  summary: "what capture adds to a statement, a transaction, a bulk statement; bytes in the outbox",
  flags: {
    rounds: { help: "counted rounds", default: 6 },
    seconds: { help: "length of a round of single statements", default: 2 },
    rows: { help: "rows of a bulk statement", default: 100_000 },
  },
  async run({ flag, say }) {
    const database = await openBenchDatabase();
    try {
      const { sql, url } = database;
      await createOrderTables(url);
      say(`PostgreSQL ${database.version}, outbox compressed by ${await compression(sql)}`);
      const rounds = flag("rounds");
      const results: Result[] = [];

      say("bulk statements");
      results.push(...bulkResults(await bulk(sql, flag("rows"), rounds), flag("rows")));

      for (const variant of variants) {
        await sql.unsafe(`TRUNCATE orders_${variant}`);
        await sql.unsafe(insertRows(`orders_${variant}`, String(spread + 20)));
        await sql.unsafe(`VACUUM ANALYZE orders_${variant}`);
      }
      await emptyHistories(sql);
      await leastForOneRow(sql);
      say("single rows, inside the server");
      const inside = await serverSide(sql, variants, rounds * 2);
      for (const variant of ["annals", "least", "row", "diff"] as const) {
        const added = inside[variant].map((micros, at) => micros - (inside.plain[at] as number));
        results.push(resultOf(`single row, inside the server, added by ${titles[variant]}`, "µs", added));
      }
      await emptyHistories(sql);
      const common = { url, rounds, seconds: flag("seconds"), variants };
      say("single rows, postgres.js");
      const oneClient = await singleRows({ ...common, clients: 1 });
      results.push(...singleResults("postgres.js", oneClient, await singleRows({ ...common, clients: 8 })));
      await emptyHistories(sql);
      say("single rows, pgbench");
      const one = await pgbench({ ...common, clients: 1 });
      const eight = one && (await pgbench({ ...common, clients: 8 }));
      if (one && eight) results.push(...singleResults("pgbench", one, eight));
      await emptyHistories(sql);
      say("transactions through Drizzle");
      const transaction = await applicationTransaction(url, rounds, flag("seconds"));
      results.push(
        resultOf(
          "4 reads + 1 write through Drizzle ÷ plain",
          "×",
          ratios(transaction.annals, transaction.plain),
          atMost(1.1),
        ),
        resultOf(
          "4 reads + 1 write through Drizzle, the least trigger ÷ plain",
          "×",
          ratios(transaction.least, transaction.plain),
        ),
      );
      await emptyHistories(sql);
      const bytes = await singleBytes(sql, undefined);
      results.push(resultOf("outbox, a single-row update", "B", [bytes], atMost(700)));
      const withContext = await singleBytes(sql, requestContext);
      results.push(resultOf("outbox, the same with the context of a web request", "B", [withContext]));
      await emptyHistories(sql);
      say("a wide table, long statements");
      results.push(...(await extremes(sql, url, rounds)));
      return results;
    } finally {
      await database.close();
    }
  },
};

/** Decides much of what bulk statements cost: pglz takes a third of it, lz4 next to nothing. */
async function compression(sql: postgres.Sql): Promise<string> {
  const [column] = await sql`SELECT attcompression::text AS method FROM pg_attribute
    WHERE attrelid = 'annals.outbox_0'::regclass AND attname = 'new_rows'`;
  return column?.method === "l" ? "lz4" : "pglz (this server was built without lz4)";
}
