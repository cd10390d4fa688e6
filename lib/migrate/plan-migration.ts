import type { Executor } from "../executor.ts";
import { pendingMigrations } from "./apply-migrations.ts";
import { type Cast, castOf, missingRights } from "./apply-rights.ts";
import { changedRoutines } from "./apply-routines.ts";
import { missingReadIndexes } from "./build-read-indexes.ts";
import { missingExtensions } from "./create-extensions.ts";
import { missingRoles } from "./create-roles.ts";
import { migrations, routines, type SqlFile } from "./embedded.ts";
import { explainConnectionError } from "./explain-connection-error.ts";
import { missingHostGrants, requireRole } from "./grant-host-roles.ts";
import {
  inspectServer,
  requireHarmlessRoles,
  requireOwnSchema,
  requireSchemaRight,
} from "./inspect-server.ts";
import { planInstallation } from "./installation.ts";
import type { MigrateOptions } from "./migrate.ts";
import { createSchemaStatement, journalStatements } from "./open-journal.ts";
import { runTransaction } from "./run-transaction.ts";

/** What `migrate` would do now, with the SQL of it. */
export interface MigrationPlan {
  database: string;
  roles: "own" | "single";
  roleStatements: string[];
  /** Statements that make the schema and the tables of the journal; as owner, where there are roles. */
  foundation: string[];
  /** As the role that is connected. */
  extensions: string[];
  migrations: SqlFile[];
  routines: SqlFile[];
  /** Read indexes of the records that are there; those of new ones follow from read_indexes.sql. */
  indexes: string[];
  /** Ownership and grants of what is there already; those of new objects follow from it and are not listed. */
  rights: string[];
  notes: string[];
}

/**
 * Reads what is installed and changes nothing. Fails where `migrate` would refuse to begin.
 *
 * @throws AnnalsError as `migrate`, except LOCK_TIMEOUT
 */
export async function planMigration(
  db: Executor,
  options: Pick<MigrateOptions, "singleRole" | "hostRoles"> = {},
): Promise<MigrationPlan> {
  try {
    const server = await inspectServer(db);
    requireOwnSchema(server);
    requireSchemaRight(server);
    const { singleRole, owner, hostRoles, notes } = planInstallation(server, options);
    for (const role of hostRoles) await requireRole(db, role);
    if (!singleRole) await requireHarmlessRoles(db);
    const roleStatements = singleRole
      ? []
      : [...(await missingRoles(db, server)), ...(await missingHostGrants(db, hostRoles))];
    const cast = castOf({ singleRole, role: owner, hostRoles });
    const foundation = [
      ...(server.schemaOwner === null ? [createSchemaStatement({ singleRole, owner })] : []),
      ...(server.hasJournal ? [] : journalStatements),
    ];
    const rest = server.hasJournal
      ? await runTransaction(db, { until: Date.now(), role: server.schemaOwner ?? owner }, () =>
          compare(db, cast),
        )
      : { migrations, routines, rights: [] };
    return {
      database: server.database,
      roles: singleRole ? "single" : "own",
      roleStatements,
      foundation,
      extensions: await missingExtensions(db),
      indexes: (await missingReadIndexes(db)).map(({ statement }) => statement),
      ...rest,
      notes,
    };
  } catch (error) {
    throw explainConnectionError(error);
  }
}

/** Reads as the owner, and changes nothing. */
async function compare(
  db: Executor,
  cast: Cast,
): Promise<Pick<MigrationPlan, "migrations" | "routines" | "rights">> {
  const pending = await pendingMigrations(db, migrations);
  const isInstalled = pending.length < migrations.length;
  return {
    migrations: pending,
    routines: await changedRoutines(db, routines),
    // The comparison reads a table of the first migration, and names the roles.
    rights: isInstalled ? await missingRights(db, cast) : [],
  };
}
