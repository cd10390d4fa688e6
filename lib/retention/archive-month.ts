import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { open, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import { createGzip } from "node:zlib";
import { AnnalsError } from "../errors.ts";
import type { Executor } from "../executor.ts";
import { keepArchive } from "./keep-archive.ts";
import { readArchive } from "./read-archive.ts";
import type { DueMonth } from "./read-retention.ts";

/** What lies beside an archived month, as `….manifest.json`. */
export interface Manifest {
  format: "annals-archive/1";
  database: string;
  record: string;
  /** `2024-01`, UTC. */
  month: string;
  /** Name of the file in the same folder: gzip, a JSON object a line, in the order of time and number. */
  file: string;
  rows: number;
  firstSeq: string;
  lastSeq: string;
  /** Of the file as it lies there. */
  sha256: string;
  bytes: number;
  /** Of the lines in it, without compression. */
  contentSha256: string;
  madeAt: string;
  annalsVersion: string;
}

export interface ArchivedMonth {
  /** Null when the month held nothing. */
  manifest: Manifest | null;
  /** What `annals.month_witness` said in the snapshot that was archived. */
  witness: string;
}

const batch = 2000;

/**
 * Writes one month of a record to the folder, in one snapshot, reads it back from disk and lays its manifest
 * beside it. Nothing counts as archived before the manifest is there.
 *
 * @throws AnnalsError ARCHIVE_FAILED when what was read back is not what was written, or with what the disk says
 */
export async function archiveMonth(
  db: Executor,
  { record, month }: Pick<DueMonth, "record" | "month">,
  folder: string,
  annalsVersion: string,
): Promise<ArchivedMonth> {
  await db.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
  let partial: string | undefined;
  try {
    await db.query(
      "SET LOCAL timezone = 'UTC'; SET LOCAL datestyle = 'ISO'; SET LOCAL intervalstyle = 'iso_8601'",
    );
    const [about] = await db.query<{
      witness: string | null;
      database: string;
      server: string;
      first: string | null;
    }>(
      `SELECT annals.month_witness($1::text, $2::text::date) AS witness, current_database()::text AS database,
        (SELECT system_identifier::text FROM pg_control_system()) || '-' ||
          (SELECT d.oid FROM pg_database d WHERE d.datname = current_database()) AS server,
        (SELECT min(seq)::text FROM annals.${record} WHERE recorded_at >= $2::text::date AND recorded_at < $2::text::date + interval '1 month') AS first`,
      [record, `${month}-01`],
    );
    if (!about?.witness) throw new RangeError(`annals.${record} has no table for ${month}`);
    if (about.first === null) return { manifest: null, witness: about.witness };
    const stem = `${encodeURIComponent(about.database)}-${record}-${month}-${about.first}`;
    partial = join(folder, await partialName(folder, stem, about.server));
    const written = await writeLines(db, record, month, partial);
    const found = await readArchive(partial);
    if (found.rows !== written.rows || found.contentSha256 !== written.contentSha256) {
      throw new AnnalsError(
        "ARCHIVE_FAILED",
        `${partial} does not hold what was written to it: ${found.rows} of ${written.rows} lines can be read`,
        "Look after the disk. Nothing was dropped.",
      );
    }
    const { name, content } = await keepArchive(partial, folder, stem, found);
    const manifestPath = join(folder, `${name}.manifest.json`);
    const manifest: Manifest = {
      format: "annals-archive/1",
      database: about.database,
      record,
      month,
      file: `${name}.ndjson.gz`,
      ...content,
      madeAt: new Date().toISOString(),
      annalsVersion,
    };
    await writeDurably(partial, `${JSON.stringify(manifest, null, 2)}\n`);
    await rename(partial, manifestPath);
    await syncFolder(folder);
    return { manifest, witness: about.witness };
  } catch (error) {
    if (partial) await rm(partial, { force: true });
    throw explainDiskError(error, folder);
  } finally {
    // Where the connection is gone, so is the transaction, and the first error counts.
    await db.query("ROLLBACK").catch(() => {});
  }
}

/**
 * A name that no other process writes to. What runs of this database left that were ended goes: one is at work at a
 * time. (Where a copy of the server archives the same month to the same folder now, that one fails and does no harm.)
 */
async function partialName(folder: string, stem: string, server: string): Promise<string> {
  const tag = createHash("sha256").update(`${server} ${stem}`).digest("hex").slice(0, 12);
  for (const name of await readdir(folder)) {
    if (name.includes(`.${tag}-`) && name.endsWith(".partial")) await rm(join(folder, name), { force: true });
  }
  return `${stem}.${tag}-${randomBytes(6).toString("hex")}.partial`;
}

/** Every event of the month as a line of JSON, as PostgreSQL writes its row: no value passes through JavaScript. */
async function writeLines(
  db: Executor,
  record: string,
  month: string,
  path: string,
): Promise<{ rows: number; contentSha256: string }> {
  const partition = `${record}_${month.replace("-", "")}`;
  const file = createWriteStream(path, { flags: "wx", mode: 0o600, flush: true });
  const gzip = createGzip();
  const piped = Promise.all([finished(gzip.pipe(file)), finished(gzip)]);
  // An error that comes while the database is asked is met at the next write.
  piped.catch(() => {});
  const hash = createHash("sha256");
  let rows = 0;
  let last: { at: string; seq: string } = { at: "-infinity", seq: "0" };
  try {
    for (;;) {
      const page = await db.query<{ line: string; at: string; seq: string }>(
        `SELECT row_to_json(r)::text AS line, recorded_at::text AS at, seq::text AS seq FROM annals.${partition} AS r
         WHERE (recorded_at, seq) > ($1::text::timestamptz, $2::text::bigint) ORDER BY recorded_at, seq LIMIT ${batch}`,
        [last.at, last.seq],
      );
      for (const { line } of page) hash.update(line).update("\n");
      const text = page.map(({ line }) => `${line}\n`).join("");
      if (text !== "" && !gzip.write(text)) await Promise.race([once(gzip, "drain"), piped]);
      rows += page.length;
      const end = page.at(-1);
      if (!end || page.length < batch) break;
      last = end;
    }
    gzip.end();
    await piped;
  } catch (error) {
    gzip.destroy();
    file.destroy();
    throw error;
  }
  return { rows, contentSha256: hash.digest("hex") };
}

const diskCodes = [
  "ENOSPC",
  "EDQUOT",
  "EIO",
  "EROFS",
  "EACCES",
  "EPERM",
  "ENOENT",
  "EEXIST",
  "EFBIG",
  "ESTALE",
];

/** Errors of the disk as ours; those of the database, also of its socket, as they are. */
function explainDiskError(error: unknown, folder: string): unknown {
  const { code = "", syscall, message } = error as NodeJS.ErrnoException;
  if (!diskCodes.includes(code) || syscall === "connect") return error;
  return new AnnalsError(
    "ARCHIVE_FAILED",
    `The archive folder ${folder} could not be written to: ${message}`,
    code === "ENOSPC" || code === "EDQUOT"
      ? "Make room, or name another folder. Nothing was dropped of that month."
      : "See what is wrong with it, and run this again. Nothing was dropped of that month.",
    { cause: error },
  );
}

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, "w", 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** So that the new names outlive a crash of the machine. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
