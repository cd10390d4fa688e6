import type { Command } from "commander";
import { readStatus, type Status } from "./read-status.ts";
import { run } from "./run.ts";

const right = "Connect as a role that may read schema annals: GRANT annals_reader TO it.";

export function defineStatus(program: Command): void {
  program
    .command("status")
    .description("how the installation stands: versions, rights, what waits, how far the relay lags")
    .addHelpText(
      "after",
      `
Examples:
  $ annals status
  $ annals status --json | jq '.waiting.count, .lagSeconds'`,
    )
    .action((_options: object, command: Command) =>
      run(command, right, async ({ db, place }) => {
        const status = await readStatus(db);
        return { data: status, text: statusText(status, place) };
      }),
    );
}

function statusText(status: Status, place: string): string {
  const { server, schema, head, filedAt, rejected, partitionsAhead } = status;
  const lines: [string, string][] = [
    ["database", `${place}, PostgreSQL ${server}`],
    ["schema", `${schema.migration}, ${behind(status)}`],
    ["rights", rights(status)],
    ["newest event", head === 0 ? "none yet" : `no. ${format(head)}, filed ${filedAt}`],
    ["waiting", waiting(status)],
    ["rejected", rejected === 0 ? "none" : `${format(rejected)}: see annals.rejected for the reasons`],
    ["partitions", `${partitionsAhead} months ahead`],
    ["tracked", tracked(status)],
  ];
  return lines.map(([name, value]) => `${name.padEnd(14)}${value}`).join("\n");
}

function behind({ library }: Status): string {
  const { pendingMigrations, pendingFunctions, version } = library;
  const pending = pendingMigrations.length + pendingFunctions.length;
  if (pending === 0) return `up to date with annals ${version}`;
  return `annals ${version} brings more (${[...pendingMigrations, ...pendingFunctions].join(", ")}): run annals migrate`;
}

function rights({ roles }: Status): string {
  const { mode, mayActAsOwner } = roles;
  const names = mayActAsOwner.join(", ");
  if (mode === "single")
    return `not enforced: one role owns everything, and ${names || "a superuser"} connects as it`;
  if (names === "") return "enforced: the application's roles can only add events";
  return `enforced, except for ${names}, who may act as the owner of the records`;
}

function waiting({ waiting: { count, capped }, lagSeconds }: Status): string {
  if (count === 0) return "nothing";
  const number = capped ? `more than ${format(count)}` : format(count);
  const age = lagSeconds === null ? "age unknown to this role" : `the oldest for ${format(lagSeconds)} s`;
  return `${number}, ${age}`;
}

function tracked({ tracked: tables }: Status): string {
  if (tables.length === 0) return "no table yet: annals track <table>";
  return `${format(tables.length)}: ${tables.map(({ table }) => table).join(", ")}`;
}

function format(value: number): string {
  return value.toLocaleString("en");
}
