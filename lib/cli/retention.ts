import { resolve } from "node:path";
import type { Command } from "commander";
import { AnnalsError } from "../errors.ts";
import { version } from "../migrate/version.ts";
import { type Policy, policiesOf } from "../retention/policy.ts";
import { type DueMonth, dueMonths } from "../retention/read-retention.ts";
import { type RetiredMonth, runRetention } from "../retention/run-retention.ts";
import { accountName } from "./account-name.ts";
import { helpText } from "./help-text.ts";
import { unloadableHint } from "./load-config.ts";
import { numberOption } from "./number-option.ts";
import { type Answer, type Desk, run } from "./run.ts";

interface Options {
  dryRun?: boolean;
  archive?: string;
  by?: string;
  reason?: string;
  wait: number;
}

const right =
  "Connect as a role that may retire months: GRANT annals_eraser TO it. To look (--dry-run), annals_reader does.";

export function defineRetention(program: Command): void {
  program
    .command("retention")
    .description("archive and drop the months that are older than their policy keeps them")
    .option("--dry-run", "say what is due and where it would go, and change nothing")
    .option("--archive <folder>", "archive to this folder instead of the one in annals.config")
    .option("--by <name>", "who wants it, for the tombstone (default: the user of this system)")
    .option("--reason <text>", "why, for the tombstone, beside the policy")
    .option(
      "--wait <seconds>",
      "how long to try where a month is in use",
      numberOption("--wait", "seconds", 0),
      60,
    )
    .addHelpText(
      "after",
      helpText({
        notes: `
The policy stands in annals.config, and a kind that it does not name is kept for ever:
  retention: { archive: "/srv/annals", audit: { keep: "6 years" }, events: { keep: "90 days", archive: false } }
Only whole months (UTC) go, once all of a month is older. Each is written to the archive folder first: one gzip of
JSON lines, and a manifest with the number of events, their first and last number and a SHA-256. It is read back from
disk, then the month is dropped in one transaction with its counts; a row in annals.tombstone and a system event tell
which numbers went, when, why and by whom. The folder must be there. Ended at any point, the next run goes on.
Any member of annals_eraser may run it. Your application and the console write and read on meanwhile.`,
        json: `{dryRun, policies, due}, each of due {kind, record, month, rows, firstSeq, lastSeq, bytes, settled};
after a run {dryRun, policies, retired}, each the same with its archive, or null`,
        failed: "a month could not be archived or dropped",
        examples: [
          "annals retention --dry-run",
          "annals retention --archive /srv/annals      from cron, once a day or a month",
          "zcat /srv/annals/shop-audit_log-2024-01-1.ndjson.gz | jq .action",
        ],
      }),
    )
    .action((options: Options, command: Command) =>
      run(command, right, (desk) => retire(desk, options), options.dryRun ? "primary or standby" : "primary"),
    );
}

async function retire(desk: Desk, options: Options): Promise<Answer> {
  const { db, config, unloadable, note } = desk;
  if (unloadable)
    throw new AnnalsError("CONFIG_INVALID", `The policy cannot be read: ${unloadable}`, unloadableHint);
  const policies = policiesOf(config.retention, options.archive).map((policy) => ({
    ...policy,
    archive: policy.archive && resolve(policy.archive),
  }));
  if (policies.length === 0) {
    const data = { dryRun: options.dryRun ?? false, policies, due: [] };
    return { data, text: "Everything is kept: annals.config has no `retention`." };
  }
  if (options.dryRun) {
    const due = await dueMonths(db, policies);
    return { data: { dryRun: true, policies, due }, text: dueText(policies, due) };
  }
  const retired = await runRetention(db, {
    policies,
    by: options.by ?? accountName(),
    reason: options.reason,
    version,
    patienceMs: options.wait * 1000,
    log: note,
  });
  return { data: { dryRun: false, policies, retired }, text: retiredText(retired) };
}

function dueText(policies: readonly Policy[], due: readonly DueMonth[]): string {
  const rules = policies.map(
    ({ kind, keep, archive }) => `${kind.padEnd(8)}kept for ${keep}, ${whereTo(archive)}`,
  );
  const months = due.map(
    ({ kind, month, rows, bytes, firstSeq, lastSeq }) =>
      `${kind.padEnd(8)}${month}  ${count(rows)}${rows > 0 ? `, no. ${firstSeq} to ${lastSeq}, ${Math.ceil(bytes / 1e6)} MB` : ""}`,
  );
  const rows = due.reduce((sum, month) => sum + month.rows, 0);
  const end =
    due.length === 0 ? "Nothing is due." : `Due: ${due.length} months, ${count(rows)}. Nothing was changed.`;
  return [...rules, ...months, end].join("\n");
}

function whereTo(archive: Policy["archive"]): string {
  if (archive === false) return "then dropped without an archive";
  return archive === undefined ? "and nobody has said where to archive them" : `archived to ${archive}`;
}

function retiredText(retired: readonly RetiredMonth[]): string {
  if (retired.length === 0) return "Nothing is due.";
  const rows = retired.reduce((sum, month) => sum + (month.archive?.rows ?? month.rows), 0);
  return `Retired: ${retired.length} months, ${count(rows)}.`;
}

function count(rows: number): string {
  return `${rows.toLocaleString("en")} ${rows === 1 ? "event" : "events"}`;
}
