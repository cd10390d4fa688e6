import type { Command } from "commander";
import { checkCapture, type Drift } from "../capture/check.ts";
import { helpText } from "./help-text.ts";
import { listOption } from "./list-option.ts";
import { run } from "./run.ts";

const right = "Connect as a role that may read schema annals: GRANT annals_reader TO it.";

export function defineCheck(program: Command): void {
  program
    .command("check")
    .description("compare what is tracked with the database; exit code 1 when something differs, for your CI")
    .option(
      "--skip-table <patterns>",
      "tables that need no policy, such as shop.tmp_* (beside skipTables)",
      listOption,
    )
    .addHelpText(
      "after",
      helpText({
        notes: `
Finds triggers that are missing or disabled, tables that changed or that nobody has decided about, and records
that have lost their guard. Any member of annals_reader may run it. Tables of \`skipTables\` in annals.config are
passed over.`,
        json: "{drifts}, each {table, kind, message, hint}",
        failed: "drift found, or failed",
        examples: ['annals check --json > drift.json || echo "the audit trail has a gap"'],
      }),
    )
    .action((options: { skipTable?: string[] }, command: Command) =>
      run(command, right, async ({ db, config }) => {
        const skipTables = [...(config.skipTables ?? []), ...(options.skipTable ?? [])];
        const drifts = await checkCapture(db, { skipTables });
        const text = drifts.length === 0 ? "Everything is as declared." : drifts.map(describe).join("\n");
        return { data: { drifts }, text, exitCode: drifts.length === 0 ? 0 : 1 };
      }),
    );
}

function describe({ table, kind, message, hint }: Drift): string {
  return `${table}: ${message} [${kind}]\n  ${hint}`;
}
