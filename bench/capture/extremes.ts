import postgres from "postgres";
import { executorOf } from "../../lib/adapters/db/postgres-js.ts";
import { track } from "../../lib/capture/track.ts";
import { backendOf } from "../backend.ts";
import { atMost, type Result, resultOf } from "../result.ts";
import { alternate } from "../rounds.ts";
import { ratios } from "../statistics.ts";
import { emptyHistories, insertRows, outboxBytes } from "./order-tables.ts";

const wideColumns = 200;
const statements = 1_000;

/** A table of 200 columns, and statements of a tenth of a million rows and of a million. */
export async function extremes(sql: postgres.Sql, url: string, rounds: number): Promise<Result[]> {
  return [...(await wideTable(sql, url, rounds)), ...(await longStatements(sql, url))];
}

/** Single-row updates of one column of 200, ÷ those of the same table untracked, inside one loop on the server. */
async function wideTable(sql: postgres.Sql, url: string, rounds: number): Promise<Result[]> {
  const columns = Array.from({ length: wideColumns - 2 }, (_, at) =>
    at % 3 === 0 ? `c${at} text DEFAULT 'text of ${at}'` : `c${at} integer DEFAULT ${at}`,
  );
  for (const name of ["wide_plain", "wide_annals"]) {
    await sql.unsafe(`CREATE TABLE ${name} (id integer PRIMARY KEY, status integer, ${columns.join(", ")});
      INSERT INTO ${name} (id, status) SELECT i, 0 FROM generate_series(1, ${statements}) AS i`);
    await sql.unsafe(`VACUUM ANALYZE ${name}`);
  }
  const session = postgres(url, { max: 1, onnotice: () => {} });
  await track(executorOf(session), { tables: ["wide_annals"] });
  const update = async (table: string) => {
    const start = performance.now();
    await session.unsafe(`DO $$ BEGIN FOR i IN 1 .. ${statements} LOOP
      UPDATE ${table} SET status = status + 1 WHERE id = i; END LOOP; END $$`);
    return ((performance.now() - start) * 1000) / statements;
  };
  const before = await outboxBytes(sql);
  const micros = await alternate(
    { plain: () => update("wide_plain"), annals: () => update("wide_annals") },
    rounds,
  );
  await session.end();
  const bytes = ((await outboxBytes(sql)) - before) / ((rounds + 1) * statements);
  const added = micros.annals.map((figure, at) => figure - (micros.plain[at] as number));
  await emptyHistories(sql);
  return [
    resultOf(`table of ${wideColumns} columns, single row, added`, "µs", added),
    resultOf(
      `table of ${wideColumns} columns, single row, ÷ plain`,
      "×",
      ratios(micros.annals, micros.plain),
    ),
    resultOf(`table of ${wideColumns} columns, outbox, a single-row update`, "B", [bytes]),
  ];
}

/** The most memory that the server process had for a statement, and how it grows from 100,000 rows to a million. */
async function longStatements(sql: postgres.Sql, url: string): Promise<Result[]> {
  const peaks = new Map<string, number>();
  for (const rows of [100_000, 1_000_000]) {
    await sql`TRUNCATE orders_annals`;
    const steps = {
      insert: insertRows("orders_annals", String(rows)),
      update: "UPDATE orders_annals SET status = 'sent'",
      delete: "DELETE FROM orders_annals",
    };
    for (const [name, statement] of Object.entries(steps)) {
      // A process of its own: the peak is that of its whole life.
      const session = postgres(url, { max: 1, onnotice: () => {} });
      const backend = await backendOf(session);
      await session.unsafe(statement);
      const peak = backend.peakMb();
      await session.end();
      if (peak !== undefined) peaks.set(`${name} ${rows}`, peak);
    }
    await emptyHistories(sql);
  }
  return ["insert", "update", "delete"].flatMap((name) => {
    const [few, many] = [peaks.get(`${name} 100000`), peaks.get(`${name} 1000000`)];
    if (few === undefined || many === undefined) return [];
    return [
      resultOf(`1,000,000-row ${name}, peak memory of the server process`, "MB", [many], atMost(128)),
      resultOf(`1,000,000-row ${name}, peak memory ÷ that of 100,000 rows`, "×", [many / few]),
    ];
  });
}
