import type { Command } from "commander";
import { catchUp } from "../relay/catch-up.ts";
import { startRelay } from "../relay/start-relay.ts";
import { helpText } from "./help-text.ts";
import { numberOption } from "./number-option.ts";
import { type Answer, type Desk, run } from "./run.ts";

interface Options {
  once?: boolean;
  maxRows: number;
  interval?: number;
}

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
      "--interval <ms>",
      "longest pause between two looks while nothing waits (default: 500)",
      numberOption("--interval", "milliseconds", 1),
    )
    .addHelpText(
      "after",
      helpText({
        notes: `
Several relays do no harm: one works, the others look on. SIGTERM and Ctrl+C end it after the batch in hand.
Any member of annals_writer may run it, so the role of your application does.`,
        json: "{taken} with --once, else {stopped} at the end",
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

async function fileOnce({ db }: Desk, { maxRows }: Options): Promise<Answer> {
  const taken = await catchUp(db, { maxRows, maxMs: Number.POSITIVE_INFINITY });
  return { data: { taken }, text: taken === 0 ? "Nothing waited." : `Filed: ${taken} from the outbox.` };
}

async function work({ db, place, note }: Desk, { maxRows, interval }: Options): Promise<Answer> {
  await requireRelay(db);
  const relay = startRelay(db, { maxRows, idleMs: interval });
  note(`annals relay: at work on ${place}`);
  await new Promise<void>((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.once(signal, () => resolve());
  });
  await relay.stop();
  return { data: { stopped: true }, text: "" };
}

/** A worker tries for ever what fails, so what cannot work at all must fail at once. */
async function requireRelay(db: Desk["db"]): Promise<void> {
  await db.query("SELECT annals.relay(1)");
}
