import { AnnalsError } from "../errors.ts";
import type { Executor } from "../executor.ts";
import { roleNames } from "../migrate/role-names.ts";

/** Whose hands the capture functions go to. */
export interface CaptureInstallation {
  /** Owner of schema annals, as whom functions are made. */
  owner: string;
  /** Owner of the capture functions; null where one role plays all parts. */
  captureOwner: string | null;
}

/** @throws AnnalsError NOT_MIGRATED where `annals migrate` has not run */
export async function readInstallation(db: Executor): Promise<CaptureInstallation> {
  const [row] = await db.query<{ owner: string | null }>(
    `SELECT (SELECT pg_catalog.pg_get_userbyid(n.nspowner)::text FROM pg_catalog.pg_namespace n
      WHERE n.nspname = 'annals' AND pg_catalog.to_regclass('annals.tracked_table') IS NOT NULL) AS owner`,
  );
  if (!row?.owner) {
    throw new AnnalsError(
      "NOT_MIGRATED",
      "Annals is not installed in this database.",
      "Run `annals migrate` first.",
    );
  }
  return { owner: row.owner, captureOwner: row.owner === roleNames.owner ? roleNames.capture : null };
}
