import { AnnalsError } from "../errors.ts";
import type { Executor } from "../executor.ts";
import type { SqlFile } from "./embedded.ts";

interface InstalledRoutine {
  name: string;
  version: number;
  sha256: string;
}

/**
 * The files of functions that are not installed as they are here. Within one `-- version:` any change counts.
 *
 * @throws AnnalsError MIGRATION_UNKNOWN when a newer version of a function is installed
 */
export async function changedRoutines(db: Executor, files: readonly SqlFile[]): Promise<SqlFile[]> {
  // A function that somebody dropped counts as not installed. Each file is named after its (first) function.
  const installed = await db.query<InstalledRoutine>(
    `SELECT r.name, r.version, r.sha256 FROM annals.routine r
     WHERE EXISTS (SELECT FROM pg_catalog.pg_proc p
       WHERE p.pronamespace = 'annals'::pg_catalog.regnamespace AND p.proname = r.name)`,
  );
  const byName = new Map(installed.map((routine) => [routine.name, routine]));
  for (const file of files) {
    const known = byName.get(file.name);
    if (known && known.version > routineVersion(file)) throw newerRoutine(known, file);
  }
  return files.filter((file) => byName.get(file.name)?.sha256 !== file.sha256);
}

/** Creates or replaces the functions that changed, in the caller's transaction. Returns the names of their files. */
export async function applyRoutines(db: Executor, files: readonly SqlFile[]): Promise<string[]> {
  const changed = await changedRoutines(db, files);
  for (const file of changed) {
    await db.query(file.text);
    await db.query(
      `INSERT INTO annals.routine (name, version, sha256) VALUES ($1::text, $2::int, $3::text)
       ON CONFLICT (name) DO UPDATE
       SET version = excluded.version, sha256 = excluded.sha256, applied_at = now()`,
      [file.name, routineVersion(file), file.sha256],
    );
  }
  return changed.map(({ name }) => name);
}

/** The number in its line `-- version: N`. */
function routineVersion({ name, text }: SqlFile): number {
  const version = Number(/^-- version: (\d+)$/m.exec(text)?.[1]);
  if (!version) throw new Error(`${name}.sql has no line “-- version: N”.`);
  return version;
}

function newerRoutine(known: InstalledRoutine, file: SqlFile): AnnalsError {
  return new AnnalsError(
    "MIGRATION_UNKNOWN",
    `Function annals.${known.name} is installed in version ${known.version}; this version of Annals brings ${routineVersion(file)}.`,
    "A newer Annals has migrated this database: use that one, or a newer one.",
  );
}
