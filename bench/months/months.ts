import type { Bench } from "../bench.ts";
import { createOrderTables, insertRows } from "../capture/order-tables.ts";
import { openBenchDatabase } from "../database.ts";
import { atLeast, atMost, resultOf } from "../result.ts";
import { fillMonths } from "./fill-months.ts";
import { monthsAtWork } from "./months-at-work.ts";
import { planningTimes } from "./planning.ts";

export const months: Bench = {
  name: "months",
  summary:
    "months made, settled and retired under load: nothing lost, how long anybody waits; planning over 60 months",
  flags: {
    rows: { help: "events in each of three old months, and astray in two more", default: 100_000 },
    rate: { help: "writes a second meanwhile", default: 500 },
    seconds: { help: "at least how long", default: 20 },
  },
  async run({ flag, say }) {
    const database = await openBenchDatabase();
    try {
      say(`PostgreSQL ${database.version}`);
      const { sql, url } = database;
      await createOrderTables(url);
      await sql.unsafe(insertRows("orders_annals", "5000"));
      say("old months");
      await fillMonths(sql, ["2024-01", "2024-02", "2024-03"], flag("rows"));
      say("nothing but load");
      const quiet = await monthsAtWork(url, { rate: flag("rate"), seconds: flag("seconds") / 2 });
      say("rollover, late events, retention");
      const late = { months: ["2023-06", "2099-06"], rows: flag("rows") };
      const busy = await monthsAtWork(url, { rate: flag("rate"), seconds: flag("seconds"), late });
      say("planning");
      const planning = await planningTimes(sql, 60);
      const wanted = quiet.written + busy.written;
      return [
        resultOf(
          "writes a second meanwhile",
          "/s",
          [busy.written / busy.seconds],
          atLeast(flag("rate") * 0.95),
        ),
        resultOf(
          "writes without an event, or with two",
          "events",
          [Math.abs(wanted - busy.recorded)],
          atMost(0),
        ),
        resultOf(
          "numbers not on record or in a tombstone just once",
          "numbers",
          [Math.abs(busy.missing)],
          atMost(0),
        ),
        resultOf("buckets of counts that are wrong", "buckets", [busy.differences], atMost(0)),
        resultOf("left in a default partition", "events", [busy.strays], atMost(0)),
        resultOf("wait of a writer, nothing else at work", "ms", quiet.writes),
        resultOf("longest wait of a writer, nothing else at work", "ms", [Math.max(...quiet.writes)]),
        resultOf("wait of a writer", "ms", busy.writes),
        resultOf("longest wait of a writer", "ms", [Math.max(...busy.writes)], atMost(200)),
        resultOf("longest read, nothing else at work", "ms", [Math.max(...quiet.reads)]),
        resultOf(
          "longest read of a list",
          "ms",
          [Math.max(...busy.reads)],
          atMost(Math.ceil(Math.max(...quiet.reads)) + 200),
        ),
        resultOf("months settled", "months", [busy.settled], atLeast(late.months.length)),
        resultOf("months retired", "months", [busy.retired], atLeast(4)),
        resultOf("archiving, reading back and dropping a month", "ms", busy.retiring),
        resultOf("longest time that filing stood still for one drop", "ms", [busy.longestDrop], atMost(5000)),
        resultOf("planning a statement of a reader over 60 months", "ms", planning, atMost(5)),
      ];
    } finally {
      await database.close();
    }
  },
};
