import { AnnalsError } from "../errors.ts";
import type { Executor } from "../executor.ts";
import { adoptObjects } from "./adopt-objects.ts";
import { applyMigrations } from "./apply-migrations.ts";
import { applyRights, castOf } from "./apply-rights.ts";
import { applyRoutines } from "./apply-routines.ts";
import { buildReadIndexes, obstacleNote } from "./build-read-indexes.ts";
import { createExtensions } from "./create-extensions.ts";
import { createRoles } from "./create-roles.ts";
import { migrations, routines } from "./embedded.ts";
import { explainConnectionError } from "./explain-connection-error.ts";
import { grantHostRoles, requireRole } from "./grant-host-roles.ts";
import { holdLock } from "./hold-lock.ts";
import {
  inspectServer,
  requireHarmlessRoles,
  requireOwnSchema,
  requireSchemaRight,
  type Server,
} from "./inspect-server.ts";
import { type Installation, planInstallation } from "./installation.ts";
import { createSchemaStatement, openJournal } from "./open-journal.ts";
import { runTransaction, sqlState } from "./run-transaction.ts";
import { version } from "./version.ts";

export interface MigrateOptions {
  /** Make no roles: the role that is connected owns everything. For servers where roles cannot be made. */
  singleRole?: boolean;
  /**
   * Roles of the application, which get the right to record events and to start the relay. Default: the role
   * that is connected, unless it is a superuser or the owner, who need none.
   */
  hostRoles?: readonly string[];
  /** How long to wait for another migration and for locks, in milliseconds. Default one minute. */
  patienceMs?: number;
  /** Takes one line for each step that changed something. */
  log?: (line: string) => void;
}

/** What was done. All lists are empty when everything was in place. */
export interface Migrated {
  database: string;
  roles: "own" | "single";
  /** Statements about roles. */
  roleStatements: string[];
  /** Statements that make the extensions which the read indexes need, and let the owner use them. */
  extensions: string[];
  /** Names of migrations, such as `0001_outbox_and_records`. */
  migrations: string[];
  /** Names of the files of functions. */
  routines: string[];
  /** Statements that build read indexes. */
  indexes: string[];
  /** How many monthly partitions were made. */
  partitions: number;
  /** Statements about ownership and grants. */
  rights: string[];
  /** What the caller should know. */
  notes: string[];
}

/**
 * Installs or upgrades schema `annals`: roles, migrations (each in a transaction of its own), functions,
 * partitions, rights. Safe to run again, and by several at once. Waits for locks in short turns, so that the
 * application's writes go on.
 *
 * `db` must be bound to one connection, and run a text without values that holds several statements.
 *
 * @throws AnnalsError DATABASE_UNREACHABLE, DATABASE_TOO_OLD, RIGHT_MISSING, LOCK_TIMEOUT, CONFIG_INVALID,
 * MIGRATION_EDITED, MIGRATION_UNKNOWN. What was applied before stays applied; run it again to go on.
 */
export async function migrate(db: Executor, options: MigrateOptions = {}): Promise<Migrated> {
  const until = Date.now() + (options.patienceMs ?? 60_000);
  try {
    return await holdLock(db, until, async () => {
      const server = await inspectServer(db);
      requireOwnSchema(server);
      requireSchemaRight(server);
      const installation = planInstallation(server, options);
      for (const role of installation.hostRoles) await requireRole(db, role);
      return install(db, server, installation, until, options.log ?? (() => {}));
    });
  } catch (error) {
    throw explainRightError(explainConnectionError(error));
  }
}

async function install(
  db: Executor,
  server: Server,
  installation: Installation,
  until: number,
  log: (line: string) => void,
): Promise<Migrated> {
  const { singleRole, owner, hostRoles, notes } = installation;
  const roleStatements: string[] = [];
  if (!singleRole) {
    await requireHarmlessRoles(db);
    roleStatements.push(...(await createRoles(db, server)));
    for (const statement of roleStatements) log(statement);
  }

  const adopted = await runTransaction(db, { until }, async () => {
    if (server.schemaOwner === null) {
      await db.query(createSchemaStatement(installation));
    }
    // From a single role to roles of our own; or something was made or taken over by hand.
    return singleRole ? [] : adoptObjects(db);
  });
  for (const statement of adopted) log(statement);
  const patience = { until, role: owner };
  await runTransaction(db, patience, () => openJournal(db));

  const applied = await applyMigrations(db, patience, migrations, version);
  for (const name of applied) log(`applied migration ${name}`);

  const extensions = await createExtensions(db, patience, owner);
  const { indexes, obstacle } = await buildReadIndexes(db, patience);
  for (const statement of [...extensions, ...indexes]) log(statement);
  if (obstacle) notes.push(obstacleNote(obstacle));

  // One transaction: no function is there without its owner and its grants, for any moment.
  const cast = castOf({ singleRole, role: owner, hostRoles });
  const rest = await runTransaction(db, patience, async () => {
    const done = {
      routines: await applyRoutines(db, routines),
      partitions: await ensurePartitions(db),
      rights: await applyRights(db, cast),
    };
    await rememberRoles(db, singleRole ? "single" : "own");
    return done;
  });
  for (const name of rest.routines) log(`installed function annals.${name}`);
  for (const statement of rest.rights) log(statement);

  if (!singleRole) {
    const grants = await grantHostRoles(db, hostRoles);
    for (const statement of grants) log(statement);
    roleStatements.push(...grants);
  }
  return {
    database: server.database,
    roles: singleRole ? "single" : "own",
    roleStatements,
    extensions,
    migrations: applied,
    indexes,
    ...rest,
    rights: [...adopted, ...rest.rights],
    notes,
  };
}

async function ensurePartitions(db: Executor): Promise<number> {
  const [row] = await db.query<{ made: number }>("SELECT annals.ensure_partitions(3) AS made");
  return row?.made ?? 0;
}

/** For who compares later: the roles themselves belong to the server, and may not come along with a restore. */
async function rememberRoles(db: Executor, roles: Migrated["roles"]): Promise<void> {
  await db.query(
    `INSERT INTO annals.installation AS i (roles) VALUES ($1::text)
     ON CONFLICT (one_row) DO UPDATE SET roles = excluded.roles WHERE i.roles <> excluded.roles`,
    [roles],
  );
}

/** A right that none of the checks asked for. */
function explainRightError(error: unknown): unknown {
  if (error instanceof AnnalsError || sqlState(error) !== "42501") return error;
  return new AnnalsError(
    "RIGHT_MISSING",
    `The role that is connected lacks a right: ${(error as Error).message}.`,
    "Migrate as the role that installed Annals, as a member of annals_owner, or as a superuser.",
    { cause: error },
  );
}
