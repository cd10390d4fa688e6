import type { Command } from "commander";
import { refreshCapture } from "../capture/refresh.ts";
import { type Migrated, migrate } from "../migrate/migrate.ts";
import { type MigrationPlan, planMigration } from "../migrate/plan-migration.ts";
import { listOption } from "./list-option.ts";
import { numberOption } from "./number-option.ts";
import { type Answer, type Desk, run } from "./run.ts";

interface Options {
  singleRole?: boolean;
  hostRole?: string[];
  dryRun?: boolean;
  wait: number;
}

const right = "Migrate as the role that installed Annals, as a member of annals_owner, or as a superuser.";

export function defineMigrate(program: Command): void {
  program
    .command("migrate")
    .description(
      "install schema annals, or bring it up to date; safe to run again, beside a live application",
    )
    .option(
      "--host-role <name>",
      "role that your application connects as (repeat, or separate by commas)",
      listOption,
    )
    .option("--single-role", "make no roles, for servers where you cannot; protects the records less")
    .option("--dry-run", "print the SQL that would run, and run nothing")
    .option(
      "--wait <seconds>",
      "how long to wait for locks and for another migration",
      numberOption("--wait", "seconds", 0),
      60,
    )
    .addHelpText(
      "after",
      `
Examples:
  $ annals migrate                        as a superuser, or a role with CREATEROLE and CREATE on the database
  $ annals migrate --host-role shop_app   and let shop_app record events
  $ annals migrate --dry-run > plan.sql   read first`,
    )
    .action((options: Options, command: Command) =>
      run(command, right, (desk) => (options.dryRun ? showPlan(desk, options) : install(desk, options))),
    );
}

async function install({ db, note }: Desk, options: Options): Promise<Answer> {
  const done = await migrate(db, {
    singleRole: options.singleRole,
    hostRoles: options.hostRole,
    patienceMs: options.wait * 1000,
    // A fresh installation runs a hundred statements about rights: a number says as much.
    log: (line) => void (/^(applied|CREATE ROLE|GRANT annals_)/.test(line) && note(line)),
  });
  const capture = await refreshCapture(db, options.wait * 1000);
  for (const line of done.notes) note(`note: ${line}`);
  return { data: { ...done, capture }, text: summarize(done, capture) };
}

function summarize(done: Migrated, capture: readonly string[]): string {
  const { database, roleStatements, migrations, routines, partitions, rights } = done;
  const parts = [
    count(roleStatements.length, "statement about roles", "statements about roles"),
    count(migrations.length, "migration", "migrations"),
    count(routines.length, "function", "functions"),
    count(partitions, "partition", "partitions"),
    count(rights.length, "statement about rights", "statements about rights"),
    count(capture.length, "capture function", "capture functions"),
  ].filter((part) => part !== "");
  if (parts.length === 0) return `Database ${database} is up to date.`;
  return `Database ${database} is up to date now: ${parts.join(", ")}.`;
}

function count(n: number, one: string, many: string): string {
  return n === 0 ? "" : `${n} ${n === 1 ? one : many}`;
}

async function showPlan({ db, note }: Desk, options: Options): Promise<Answer> {
  const plan = await planMigration(db, { singleRole: options.singleRole, hostRoles: options.hostRole });
  for (const line of plan.notes) note(`note: ${line}`);
  return { data: plan, text: planText(plan) };
}

function planText({
  database,
  roleStatements,
  foundation,
  migrations,
  routines,
  rights,
}: MigrationPlan): string {
  const files = [...migrations, ...routines].map(({ name, text }) => `-- ${name}\n${text.trim()}`);
  const script = (statements: readonly string[]) => statements.map((text) => `${text};`).join("\n");
  const parts = [script(roleStatements), script(foundation), ...files, script(rights)];
  const body = parts.filter((part) => part !== "").join("\n\n");
  if (body === "") return `-- Database ${database} is up to date: nothing would run.`;
  const isNew = migrations.length > 0 || routines.length > 0;
  const end = isNew ? "\n\n-- Then: partitions for the months to come, and the rights of what is new." : "";
  return `-- What \`annals migrate\` would run in database ${database}, to be read: migrate also notes what it ran.\n\n${body}${end}`;
}
