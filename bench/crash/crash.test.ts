import { expect, it } from "vitest";
import { runCrashes } from "./run-crashes.ts";

it("after the server and the relays were killed under load, every committed change is on record once", async () => {
  const outcome = await runCrashes({ kills: 3, writers: 4, pauseMs: 5 });
  expect(outcome).toMatchObject({
    missing: 0,
    doubled: 0,
    lostByServer: 0,
    gaps: 0,
    miscounted: 0,
    waiting: 0,
    rejected: 0,
  });
  expect(outcome.events).toBeGreaterThan(100);
}, 120_000);
