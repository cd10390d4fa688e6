import { AnnalsError } from "../errors.ts";
import type { Executor } from "../executor.ts";
import type { SqlFile } from "./embedded.ts";
import { type Patience, runTransaction } from "./run-transaction.ts";

interface JournalEntry {
  id: number;
  name: string;
  sha256: string;
  applied_at: Date | string;
  annals_version: string;
}

/**
 * The files that the database has not seen yet, in order.
 *
 * @throws AnnalsError MIGRATION_UNKNOWN when a newer library was here before, MIGRATION_EDITED when a file is not
 * the one that was applied under its number
 */
export async function pendingMigrations(db: Executor, files: readonly SqlFile[]): Promise<SqlFile[]> {
  const journal = await db.query<JournalEntry>(
    "SELECT id, name, sha256, applied_at, annals_version FROM annals.migration ORDER BY id",
  );
  for (const entry of journal) {
    const file = files.find(({ name }) => migrationNumber(name) === entry.id);
    if (!file) throw unknownMigration(entry, files);
    if (file.sha256 !== entry.sha256) throw editedMigration(entry, file);
  }
  return files.filter(({ name }) => !journal.some(({ id }) => id === migrationNumber(name)));
}

/** Applies the pending files, each in a transaction of its own, and notes them. Returns their names. */
export async function applyMigrations(
  db: Executor,
  patience: Patience,
  files: readonly SqlFile[],
  version: string,
): Promise<string[]> {
  const pending = await runTransaction(db, patience, () => pendingMigrations(db, files));
  for (const { name, sha256, text } of pending) {
    await runTransaction(db, patience, async () => {
      await db.query(text);
      await db.query(
        "INSERT INTO annals.migration (id, name, sha256, annals_version) VALUES ($1::int, $2::text, $3::text, $4::text)",
        [migrationNumber(name), name, sha256, version],
      );
    });
  }
  return pending.map(({ name }) => name);
}

/** `0001_outbox_and_records` is number 1. */
function migrationNumber(name: string): number {
  return Number.parseInt(name, 10);
}

function unknownMigration(entry: JournalEntry, files: readonly SqlFile[]): AnnalsError {
  return new AnnalsError(
    "MIGRATION_UNKNOWN",
    `The database holds migration “${entry.name}”, of Annals ${entry.annals_version}; this version ends at “${files.at(-1)?.name}”.`,
    `Use Annals ${entry.annals_version} or newer with this database. There is no way back to an older one.`,
  );
}

function editedMigration(entry: JournalEntry, file: SqlFile): AnnalsError {
  const date = new Date(entry.applied_at).toISOString().slice(0, 10);
  return new AnnalsError(
    "MIGRATION_EDITED",
    `Migration “${file.name}” was changed after it had been applied on ${date} (SHA-256 ${entry.sha256.slice(0, 12)}… is now ${file.sha256.slice(0, 12)}…).`,
    "Restore the file, and put the change into a new migration. Installed from npm, it was damaged: install it again.",
  );
}
