import type { Bench } from "../bench.ts";
import { atLeast, atMost, resultOf } from "../result.ts";
import { runCrashes } from "./run-crashes.ts";

export const crash: Bench = {
  name: "crash",
  summary: "kill -9 of PostgreSQL and of the relay under load: nothing lost, nothing twice, no gap",
  flags: {
    kills: { help: "how many times, in turn the server and a relay", default: 20 },
    rate: { help: "row changes a second that must be under way", default: 500 },
    writers: { help: "clients that write without a pause", default: 8 },
  },
  async run({ flag, say }) {
    const outcome = await runCrashes({ kills: flag("kills"), writers: flag("writers"), pauseMs: 0, say });
    const none = atMost(0);
    return [
      resultOf("writes under way", "row changes/s", outcome.writesPerSecond, atLeast(flag("rate"))),
      resultOf("events on record", "events", [outcome.events]),
      resultOf("committed changes without an event", "changes", [outcome.missing], none),
      resultOf("events without a committed change", "events", [outcome.doubled], none),
      resultOf("acknowledged changes lost by the server", "changes", [outcome.lostByServer], none),
      resultOf("numbers missing or given twice", "numbers", [outcome.gaps], none),
      resultOf("rows that the segments count wrong", "rows", [outcome.miscounted], none),
      resultOf("left in the outbox", "rows", [outcome.waiting], none),
      resultOf("rejected", "rows", [outcome.rejected], none),
    ];
  },
};
