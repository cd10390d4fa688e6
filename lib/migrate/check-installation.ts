import { AnnalsError } from "../errors.ts";
import type { Executor } from "../executor.ts";
import { pendingMigrations } from "./apply-migrations.ts";
import { castOf, missingRights } from "./apply-rights.ts";
import { changedRoutines } from "./apply-routines.ts";
import { migrations, routines } from "./embedded.ts";
import { allRoles, memberships, roleNames } from "./role-names.ts";
import { runTransaction } from "./run-transaction.ts";

export type GapKind =
  | "migration_pending"
  | "function_outdated"
  | "role_missing"
  | "owner_wrong"
  | "right_missing"
  | "right_surplus";

/** One difference between what `annals migrate` sets up and what is there. */
export interface InstallationGap {
  kind: GapKind;
  message: string;
  hint: string;
}

const again = "Run `annals migrate`.";
const afterRestore =
  "Run `annals migrate` as a superuser or a role with CREATEROLE: it makes them, hands the objects over and grants " +
  "the rights. (A restore brings no roles along: they belong to the server.)";

/**
 * Compares migrations, functions, roles, owners and rights with what this version sets up. Changes nothing. Any
 * role that may read schema annals can ask. No entry: the installation is complete.
 *
 * @throws AnnalsError NOT_MIGRATED, or MIGRATION_UNKNOWN and MIGRATION_EDITED as `migrate`
 */
export async function checkInstallation(db: Executor): Promise<InstallationGap[]> {
  return runTransaction(db, { until: Date.now() + 10_000, readOnly: true }, () => compare(db));
}

/**
 * For whoever is about to build on the installation: half of one would let every write of the host fail.
 *
 * @throws AnnalsError NOT_MIGRATED, naming what is missing, and those of `checkInstallation`
 */
export async function requireCompleteInstallation(db: Executor): Promise<void> {
  // What somebody was given beside does not keep anything from working.
  const [gap] = (await checkInstallation(db)).filter(({ kind }) => kind !== "right_surplus");
  if (!gap) return;
  const message = `Annals is not completely installed in this database. ${gap.message}`;
  throw new AnnalsError("NOT_MIGRATED", message, gap.hint);
}

async function compare(db: Executor): Promise<InstallationGap[]> {
  const [state] = await db.query<{ owner: string | null; hasRecords: boolean; hasMark: boolean }>(
    `SELECT (SELECT pg_catalog.pg_get_userbyid(n.nspowner)::text FROM pg_catalog.pg_namespace n
        WHERE n.nspname = 'annals') AS owner,
      pg_catalog.to_regclass('annals.migration') IS NOT NULL
        AND pg_catalog.to_regclass('annals.tracked_table') IS NOT NULL AS "hasRecords",
      pg_catalog.to_regclass('annals.installation') IS NOT NULL AS "hasMark"`,
  );
  if (!state?.owner || !state.hasRecords) {
    throw new AnnalsError(
      "NOT_MIGRATED",
      "Annals is not installed in this database.",
      `${again.slice(0, -1)} first.`,
    );
  }
  const gaps: InstallationGap[] = [];
  const pending = await pendingMigrations(db, migrations);
  if (pending.length > 0) {
    gaps.push({
      kind: "migration_pending",
      message: `Migrations that were not applied: ${list(pending.map(({ name }) => name))}.`,
      hint: again,
    });
  }
  const changed = await changedRoutines(db, routines);
  if (changed.length > 0) {
    gaps.push({
      kind: "function_outdated",
      message: `Functions that are missing or of another version: ${list(changed.map(({ name }) => name))}.`,
      hint: again,
    });
  }
  const mark = state.hasMark
    ? await db.query<{ roles: string }>("SELECT roles FROM annals.installation")
    : [];
  const isSingle = mark[0] ? mark[0].roles === "single" : state.owner !== roleNames.owner;
  const roles = isSingle ? [] : await missingRoles(db);
  if (roles.length > 0) {
    gaps.push({
      kind: "role_missing",
      message: `Missing on this server: ${list(roles)}.`,
      hint: afterRestore,
    });
  }
  const cast = castOf({ singleRole: isSingle, role: state.owner, hostRoles: [] });
  return [...gaps, ...describeRights(await missingRights(db, cast))];
}

/** Roles, and the memberships among them. */
async function missingRoles(db: Executor): Promise<string[]> {
  const rows = await db.query<{ missing: string }>(
    `SELECT 'role ' || wanted.name AS missing
     FROM pg_catalog.json_array_elements_text($1::text::json) AS wanted(name)
     WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_roles r WHERE r.rolname = wanted.name)
     UNION ALL
     SELECT pg_catalog.format('the membership of %s in %s', m.rolname, r.rolname)
     FROM pg_catalog.json_array_elements($2::text::json) AS wanted(pair)
     JOIN pg_catalog.pg_roles m ON m.rolname = wanted.pair ->> 'member'
     JOIN pg_catalog.pg_roles r ON r.rolname = wanted.pair ->> 'of'
     WHERE NOT pg_catalog.pg_has_role(m.oid, r.oid, 'MEMBER')`,
    [JSON.stringify(allRoles), JSON.stringify(memberships)],
  );
  return rows.map(({ missing }) => missing);
}

/** The statements of the comparison, told as what is wrong. */
function describeRights(statements: readonly string[]): InstallationGap[] {
  const found = (pattern: RegExp) =>
    statements.flatMap((text) => pattern.exec(text)?.slice(1).join(" ") ?? []);
  const owners = found(/^ALTER (.*) OWNER TO .*$/);
  // To be given for as long as it takes to hand something over.
  const lacking = found(/^GRANT (?!CREATE ON SCHEMA)(.*)$/);
  const surplus = found(/^REVOKE (?!CREATE ON SCHEMA)(.*)$/);
  const gaps: [GapKind, string[], string][] = [
    ["owner_wrong", owners, "Owned by another role than they should be"],
    ["right_missing", lacking, "Rights that are missing"],
    ["right_surplus", surplus, "Rights that should not be there"],
  ];
  return gaps
    .filter(([, what]) => what.length > 0)
    .map(([kind, what, words]) => ({ kind, message: `${words}: ${list(what)}.`, hint: again }));
}

function list(names: readonly string[]): string {
  const rest = names.length > 4 ? ` and ${names.length - 4} more` : "";
  return names.slice(0, 4).join("; ") + rest;
}
