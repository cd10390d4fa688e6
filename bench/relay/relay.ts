import type { Bench } from "../bench.ts";
import { createOrderTables, insertRows } from "../capture/order-tables.ts";
import { openBenchDatabase } from "../database.ts";
import type { Result } from "../result.ts";
import { heldOpen } from "./held-open.ts";
import { relayLag } from "./lag.ts";
import { relayMemory } from "./memory.ts";
import { relaySpeed } from "./speed.ts";

export const relay: Bench = {
  name: "relay",
  summary: "events filed a second, lag behind the writers, cost while a snapshot is held, memory of a batch",
  flags: {
    rows: { help: "rows of a bulk statement", default: 100_000 },
    rounds: { help: "counted rounds", default: 5 },
    rate: { help: "writes a second for the lag", default: 1000 },
    seconds: { help: "how long they are written", default: 15 },
    batches: { help: "batches filed while something is held open", default: 400 },
  },
  async run({ flag, say }) {
    const database = await openBenchDatabase();
    try {
      say(`PostgreSQL ${database.version}`);
      const { sql, url } = database;
      await createOrderTables(url);
      const results: Result[] = [];
      say("speed");
      results.push(...(await relaySpeed(sql, flag("rows"), flag("rounds"))));
      await sql.unsafe(insertRows("orders_annals", String(flag("rows"))));
      say("memory");
      results.push(...(await relayMemory(url, flag("rows"))));
      say("lag");
      results.push(...(await relayLag(url, flag("rate"), flag("seconds"))));
      say("something held open");
      results.push(...(await heldOpen(url, flag("batches"))));
      return results;
    } finally {
      await database.close();
    }
  },
};
