import type { Command } from "commander";
import { describeRelayAtWork, endRelayAtWork } from "../relay/relay-at-work.ts";
import { helpText } from "./help-text.ts";
import { inOwnTransactions } from "./own-transaction.ts";
import { type Roles, readStatus, type Status } from "./read-status.ts";
import { run } from "./run.ts";

const right = "Connect as a role that may read schema annals: GRANT annals_reader TO it.";

export function defineStatus(program: Command): void {
  program
    .command("status")
    .description("how the installation stands: versions, rights, what waits, how far the relay lags")
    .addHelpText(
      "after",
      helpText({
        notes: `
Any member of annals_reader may run it. What is said of rights goes by who may become annals_owner, who is connected
now, and who wrote the newest 1,000 events of the audit log. “Rejected” are events that could not be filed, not even
repaired: each is kept whole in annals.rejected with the reason, and a system event tells of it.`,
        json: `{server, database, standby, schema, library, roles, head, filedAt, waiting, lagSeconds, relayAtWork, rejected,
partitionsAhead, retention, readIndexes, tracked}`,
        examples: ["annals status", "annals status --json | jq '.waiting.count, .lagSeconds'"],
      }),
    )
    .action((_options: object, command: Command) =>
      run(
        command,
        right,
        async ({ db, place, config }) => {
          const status = await readStatus(inOwnTransactions(db, { readOnly: true }), config.retention);
          return { data: status, text: statusText(status, place) };
        },
        "primary or standby",
      ),
    );
}

function statusText(status: Status, place: string): string {
  const { server, schema, head, filedAt, rejected, partitionsAhead } = status;
  const lines: [string, string][] = [
    ["database", `${place}, PostgreSQL ${server}`],
    ...standby(status),
    ["schema", `${schema.migration}, ${behind(status)}`],
    ["rights", rights(status)],
    ["newest event", head === 0 ? "none yet" : `no. ${format(head)}, filed ${filedAt}`],
    ["waiting", waiting(status)],
    [
      "rejected",
      rejected === 0
        ? "none"
        : `${format(rejected)} that could not be filed, kept with the reasons in annals.rejected`,
    ],
    ["partitions", `${partitionsAhead} months ahead`],
    ["retention", retention(status)],
    ["read indexes", readIndexes(status)],
    ["tracked", tracked(status)],
  ];
  return lines.map(([name, value]) => `${name.padEnd(14)}${value}`).join("\n");
}

function standby({ standby: state }: Status): [string, string][] {
  if (state === null) return [];
  const newest = state.arrivedAt ?? "not known when";
  return [
    ["standby", `yes: as of the newest transaction that has arrived, ${newest}; filing needs the primary`],
  ];
}

function behind({ library }: Status): string {
  const { pendingMigrations, pendingFunctions, version } = library;
  const pending = pendingMigrations.length + pendingFunctions.length;
  if (pending === 0) return `up to date with annals ${version}`;
  return `annals ${version} brings more (${[...pendingMigrations, ...pendingFunctions].join(", ")}): run annals migrate`;
}

function rights({ roles }: Status): string {
  const { mode, mayActAsOwner, superusers } = roles;
  if (mode === "single") {
    const names = mayActAsOwner.join(", ");
    return `not enforced: one role owns everything, and ${names || "a superuser"} connects as it`;
  }
  const exceptions = [
    ...superusers.map((name) => describe(roles, name, "a superuser")),
    ...mayActAsOwner.map((name) => describe(roles, name, "may act as annals_owner")),
  ];
  if (exceptions.length === 0) return "enforced: the application's roles can only add events";
  return (
    `enforced, but not against ${exceptions.join(", ")}.\n` +
    `${"".padEnd(14)}Such a role can switch off what guards the records: your application should connect as another.`
  );
}

function describe({ connectedAs }: Roles, name: string, what: string): string {
  return `${name} (${what}${name === connectedAs ? ", connected now" : ""})`;
}

function waiting({ waiting: { count, capped }, lagSeconds, relayAtWork }: Status): string {
  if (count === 0) return "nothing";
  const number = capped ? `more than ${format(count)}` : format(count);
  const oldest = `${number}, the oldest for ${format(lagSeconds)} s`;
  if (relayAtWork === null) return oldest;
  // A batch is over in seconds; a transaction that was left open with its turn stops all filing.
  const hangs = (relayAtWork.seconds ?? lagSeconds) > 30;
  const remedy = hangs ? `; if that one hangs, end it: ${endRelayAtWork(relayAtWork)}` : "";
  return `${oldest}. A relay is at work (${describeRelayAtWork(relayAtWork)}), so no other files${remedy}`;
}

function retention({ retention: { policies, due, retired } }: Status): string {
  const rules = policies.map(({ kind, keep }) => `${kind} ${keep}`).join(", ");
  const parts = [
    rules === "" ? "everything is kept" : `${rules}; the rest is kept`,
    due.months === 0
      ? ""
      : `due since ${due.oldest}: ${format(due.months)} months, ${format(due.rows)} events (annals retention)`,
    retired.months === 0
      ? ""
      : `retired so far: ${format(retired.months)} months, ${format(retired.rows)} events, last on ${retired.last?.slice(0, 10)}`,
  ];
  return parts.filter((part) => part !== "").join(`\n${"".padEnd(14)}`);
}

function readIndexes({ readIndexes: { missing, obstacle } }: Status): string {
  if (missing === 0) return "complete";
  const remedy = obstacle ? `${obstacle}; then run annals migrate` : "run annals migrate";
  return `${format(missing)} missing, so lists look through the newest records only: ${remedy}`;
}

function tracked({ tracked: tables }: Status): string {
  if (tables.length === 0) return "no table yet: annals track <table>";
  return `${format(tables.length)}: ${tables.map(({ table }) => table).join(", ")}`;
}

function format(value: number): string {
  return value.toLocaleString("en");
}
