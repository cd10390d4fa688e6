import type { Command } from "commander";
import { refreshCapture } from "../capture/refresh.ts";
import { type Migrated, migrate } from "../migrate/migrate.ts";
import { type MigrationPlan, planMigration } from "../migrate/plan-migration.ts";
import { helpText } from "./help-text.ts";
import { listOption } from "./list-option.ts";
import { numberOption } from "./number-option.ts";
import { readHosts } from "./read-hosts.ts";
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
      helpText({
        notes: `
Run it as a superuser, or as a role with CREATEROLE and CREATE on the database; later as a member of annals_owner.
Changes of tracked tables are recorded whoever makes them. To record events from code, and to file what waits, a role
needs annals_writer: --host-role gives it to your application's role. Without --host-role the role that is connected
gets it, or nobody where that is a superuser. Readers and the console are given theirs by hand:
GRANT annals_reader TO name; GRANT annals_console TO name;`,
        json: `{database, roles, roleStatements, extensions, migrations, indexes, routines, partitions, rights, notes,
capture, hosts}, with --dry-run {database, roles, roleStatements, foundation, extensions, migrations, routines,
indexes, rights, notes}`,
        examples: [
          "annals migrate --host-role shop_app   and let shop_app record events from code",
          "annals migrate                        again, after an upgrade of the package",
          "annals migrate --dry-run > plan.sql   read first",
        ],
      }),
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
    // A fresh installation runs a hundred statements about rights, which nobody reads.
    log: (line) => void (/^(applied|CREATE ROLE|GRANT annals_)/.test(line) && note(line)),
  });
  const capture = await refreshCapture(db, options.wait * 1000);
  for (const line of done.notes) note(`note: ${line}`);
  const hosts = await readHosts(db);
  return { data: { ...done, capture, hosts }, text: summarize(done, capture, hosts) };
}

/** What is there now, who may write to it, and how to go on where it is new; each statement stands in the data. */
function summarize(done: Migrated, capture: readonly string[], hosts: readonly string[]): string {
  const { database, roles, migrations, roleStatements, extensions, routines, indexes, rights, partitions } =
    done;
  const steps = [roleStatements, extensions, migrations, routines, indexes, rights, capture];
  // The first migration makes the records.
  if (migrations.some((name) => name.startsWith("0001_"))) {
    return [
      `Annals is installed in database ${database}, ${roles === "own" ? "with roles of its own" : "with a single role"}.`,
      mayRecord(hosts),
      "Next: annals track <table>, and annals relay beside your application.",
    ].join("\n");
  }
  if (partitions === 0 && steps.every(({ length }) => length === 0))
    return `Database ${database} is up to date.`;
  return `Database ${database} is up to date now.\n${mayRecord(hosts)}`;
}

function mayRecord(hosts: readonly string[]): string {
  if (hosts.length === 0) return "Only superusers may record events from code so far, and file what waits.";
  const shown = hosts.slice(0, 8).join(", ");
  return `May record events from code, and file what waits: ${shown}${hosts.length > 8 ? ` and ${hosts.length - 8} more` : ""}.`;
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
  extensions,
  migrations,
  routines,
  indexes,
  rights,
}: MigrationPlan): string {
  const files = [...migrations, ...routines].map(({ name, text }) => `-- ${name}\n${text.trim()}`);
  const script = (statements: readonly string[]) => statements.map((text) => `${text};`).join("\n");
  const parts = [
    script(roleStatements),
    script(foundation),
    script(extensions),
    ...files,
    script(indexes),
    script(rights),
  ];
  const body = parts.filter((part) => part !== "").join("\n\n");
  if (body === "") return `-- Database ${database} is up to date: nothing would run.`;
  const isNew = migrations.length > 0 || routines.length > 0;
  const end = isNew ? "\n\n-- Then: partitions for the months to come, and the rights of what is new." : "";
  return `-- What \`annals migrate\` would run in database ${database}, to be read: migrate also notes what it ran.\n\n${body}${end}`;
}
