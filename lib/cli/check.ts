import type { Command } from "commander";
import { checkCapture } from "../capture/check.ts";
import { AnnalsError } from "../errors.ts";
import { checkInstallation } from "../migrate/check-installation.ts";
import { checkPartitions } from "../migrate/check-partitions.ts";
import { checkRollups, type RollupState, repairRollups } from "../relay/check-rollups.ts";
import { helpText } from "./help-text.ts";
import { listOption } from "./list-option.ts";
import { type Answer, type Desk, run } from "./run.ts";

const right = "Connect as a role that may read schema annals: GRANT annals_reader TO it.";

const ownerRight = "Connect as the owner of the records, as a member of annals_owner, or as a superuser.";

interface Options {
  skipTable?: string[];
  rollups?: boolean;
  repair?: boolean;
}

export function defineCheck(program: Command): void {
  program
    .command("check")
    .description("compare what is tracked with the database; exit code 1 when something differs, for your CI")
    .option(
      "--skip-table <patterns>",
      "tables that need no policy, such as shop.tmp_* (beside skipTables)",
      listOption,
    )
    .option("--rollups", "compare the counts that are kept with the records instead; reads every record")
    .option("--repair", "with --rollups: put wrong counts right; needs the rights of the owner")
    .addHelpText(
      "after",
      helpText({
        notes: `
Finds what the installation lacks (migrations, functions, roles, owners, rights, as after a restore on another server),
triggers that are missing or disabled, tables that changed or that nobody has decided about, records that have lost
their guard, and views that name a month of a record and so keep it from being made or dropped. Any member of annals_reader may run it. Tables of \`skipTables\` in annals.config are
passed over. With --rollups, the counts behind date strips and facets are compared with the records, on a system
at work; --repair counts anew what differs, while the relay waits.`,
        json: "{drifts}, each {table, kind, message, hint}; with --rollups {differences, total, countedSeq, headSeq, error, repaired}",
        failed: "drift or a wrong count found, or failed",
        examples: [
          'annals check --json > drift.json || echo "the audit trail has a gap"',
          "annals check --rollups --repair",
        ],
      }),
    )
    .action((options: Options, command: Command) => {
      if (options.repair && !options.rollups) {
        throw new AnnalsError(
          "USAGE",
          "--repair needs --rollups",
          "Counts can be put right; capture is by `annals track`.",
        );
      }
      return run(
        command,
        options.repair ? ownerRight : right,
        (desk) => (options.rollups ? checkCounts(desk, options.repair ?? false) : checkDrift(desk, options)),
        options.repair ? "primary" : "primary or standby",
      );
    });
}

async function checkDrift({ db, config }: Desk, options: Options): Promise<Answer> {
  const skipTables = [...(config.skipTables ?? []), ...(options.skipTable ?? [])];
  const gaps = await checkInstallation(db);
  const drifts: Finding[] = [
    ...gaps.map((gap) => ({ table: "schema annals", ...gap })),
    ...(await checkPartitions(db)).map(({ user: _, ...drift }) => drift),
    ...(await checkCapture(db, { skipTables })),
  ];
  const text = drifts.length === 0 ? "Everything is as declared." : drifts.map(describe).join("\n");
  return { data: { drifts }, text, exitCode: drifts.length === 0 ? 0 : 1 };
}

async function checkCounts({ db }: Desk, repair: boolean): Promise<Answer> {
  const found = await checkRollups(db);
  const repaired = repair ? await repairRollups(db) : undefined;
  const state = repair ? await checkRollups(db) : found;
  const lines = [...describeCounts(found), ...(repaired === undefined ? [] : [`Put right: ${repaired}.`])];
  return {
    data: { ...found, repaired },
    text: lines.join("\n"),
    exitCode: state.total === 0 && state.error === null ? 0 : 1,
  };
}

function describeCounts({ differences, total, countedSeq, headSeq, error }: RollupState): string[] {
  return [
    ...differences.map(
      ({ record, of, period, stored, counted }) =>
        `${record} ${period}, ${of}: kept ${stored ?? "nothing"}, on record ${counted ?? "nothing"}`,
    ),
    ...(total > differences.length ? [`and ${total - differences.length} more`] : []),
    ...(error === null ? [] : [`The relay could not count: ${error}`]),
    total === 0
      ? `The counts agree with the records, up to number ${countedSeq} of ${headSeq}.`
      : `${total} counts differ from the records.`,
  ];
}

/** All that the rooms find has these. */
interface Finding {
  table: string;
  kind: string;
  message: string;
  hint: string;
}

function describe({ table, kind, message, hint }: Finding): string {
  return `${table}: ${message} [${kind}]\n  ${hint}`;
}
