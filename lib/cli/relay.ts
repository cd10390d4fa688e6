import { setTimeout as sleep } from "node:timers/promises";
import type { Command } from "commander";
import { explainConnectionError } from "../migrate/explain-connection-error.ts";
import { catchUp } from "../relay/catch-up.ts";
import {
  describeRelayAtWork,
  endRelayAtWork,
  type RelayAtWork,
  relayAtWork,
} from "../relay/relay-at-work.ts";
import { startRelay } from "../relay/start-relay.ts";
import { helpText } from "./help-text.ts";
import { numberOption } from "./number-option.ts";
import { longestMs } from "./open-database.ts";
import { inOwnTransactions } from "./own-transaction.ts";
import { printError } from "./print-error.ts";
import { type Answer, type Desk, run } from "./run.ts";
import { shareOption } from "./share-option.ts";

interface Options {
  once?: boolean;
  maxRows: number;
  maxShare?: number;
  interval?: number;
}

// For `--once`: how long another relay may have its turn before it is told of.
const turnMs = 5000;

// On a small machine the database and its writers come first.
const defaultShare = 0.5;

const right = "Connect as a role that may start the relay: GRANT annals_writer TO it.";

export function defineRelay(program: Command): void {
  program
    .command("relay")
    .description("file what was recorded into the four records, for as long as this runs")
    .option("--once", "file what waits now, and end")
    .option(
      "--max-rows <n>",
      "captured rows in one batch, about",
      numberOption("--max-rows", "rows", 1),
      5000,
    )
    .option(
      "--max-share <part>",
      "part of its time that it spends in the server while somebody writes, 0.05 to 1 (default: maxShare of annals.config, then 0.5)",
      shareOption("--max-share"),
    )
    .option(
      "--interval <ms>",
      "longest pause between two looks while nothing waits (default: 500)",
      numberOption("--interval", "milliseconds", 1),
    )
    .addHelpText(
      "after",
      helpText({
        notes: `
Several relays do no harm: one works, the others look on. SIGTERM and Ctrl+C end it after the batch in hand,
for which they wait 2 seconds. While the database is away it says so once, and goes on when it is back.
Any member of annals_writer may run it, so the role of your application does.

While your application writes, it leaves the server at least as much time as it takes (a share of 0.5), so that on a
small machine writers come first; \`annals status\` shows how far it lags, and it says so when more comes in than that
share files. --once does not wait, except for another relay: while that keeps its turn for 5 seconds, it ends with 1.`,
        json: "{taken, other} with --once, where other is the relay that kept its turn ({pid, prepared, role, application, seconds}), or null; else {stopped} at the end",
        failed: "failed, or with --once another relay kept its turn",
        examples: [
          "annals relay                as a service, beside your application",
          "annals relay --once         from cron, or before a report",
        ],
      }),
    )
    .action((options: Options, command: Command) =>
      run(command, right, (desk) => (options.once ? fileOnce(desk, options) : work(desk, options))),
    );
}

async function fileOnce(desk: Desk, { maxRows }: Options): Promise<Answer> {
  const db = inOwnTransactions(desk.lasting, { longestMs });
  const until = performance.now() + turnMs;
  let taken = 0;
  let other = await relayAtWork(db);
  for (;;) {
    // Ends as well when it is not its turn, and that is no “nothing waits”: so the last look is one that nobody was
    // in the way of, neither before it nor after it.
    taken += await catchUp(db, { maxRows, maxMs: Number.POSITIVE_INFINITY });
    const before: RelayAtWork | undefined = other;
    other = await relayAtWork(db);
    if ((before ?? other) === undefined || (other && performance.now() > until)) break;
    if (other) await sleep(50);
  }
  const filed = taken === 0 ? [] : [`Filed: ${taken} from the outbox.`];
  if (other === undefined) {
    return { data: { taken, other: null }, text: filed[0] ?? "Nothing waited." };
  }
  const lines = [
    ...filed,
    `Another relay is at work (${describeRelayAtWork(other)}), and what waits is left to it.`,
    `If it hangs, end it: ${endRelayAtWork(other)};`,
  ];
  return { data: { taken, other }, text: lines.join("\n"), exitCode: 1 };
}

async function work({ lasting, place, config, json, note }: Desk, options: Options): Promise<Answer> {
  const db = inOwnTransactions(lasting, { longestMs });
  await requireRelay(db);
  const { maxRows, interval } = options;
  const maxShare = options.maxShare ?? config.maxShare ?? defaultShare;
  const relay = startRelay(db, {
    maxRows,
    maxShare,
    idleMs: interval,
    onError: (error) => printError(explainConnectionError(error, place), json),
    onBack: () => note("annals relay: at work again"),
    onBehind: ({ grownBy }) =>
      note(
        `annals relay: about ${grownBy.toLocaleString("en")} more wait than a minute ago: more comes in than a share of ${maxShare} files`,
      ),
  });
  note(`annals relay: at work on ${place}`);
  await new Promise<void>((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.once(signal, () => resolve());
  });
  await relay.stop();
  return { data: { stopped: true }, text: "" };
}

/** A worker tries for ever what fails, so what cannot work at all must fail at once. */
async function requireRelay(db: Desk["db"]): Promise<void> {
  await db.query("SELECT annals.relay(1), annals.arrived()");
}
