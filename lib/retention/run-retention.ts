import { setTimeout as sleep } from "node:timers/promises";
import { AnnalsError } from "../errors.ts";
import type { Executor } from "../executor.ts";
import { checkPartitions } from "../migrate/check-partitions.ts";
import { requireArchiveFolder } from "./archive-folder.ts";
import { archiveMonth, type Manifest } from "./archive-month.ts";
import { holdTurn } from "./hold-turn.ts";
import type { Policy } from "./policy.ts";
import { type DueMonth, dueMonths } from "./read-retention.ts";

export interface RetentionOptions {
  policies: readonly Policy[];
  /** Who wants it; stands in the tombstone. */
  by: string;
  /** Why, beside the policy, which is said anyway. */
  reason?: string;
  /** Of the library; stands in the tombstone and in the manifest. */
  version: string;
  /** How long to try where the month is in use, in milliseconds. Default one minute for each month. */
  patienceMs?: number;
  /** Takes a line for each step. */
  log?: (line: string) => void;
  /** Called between the steps of a month with the name of the one done; for tests. */
  onStep?: (step: "archived" | "retired") => unknown;
}

export interface RetiredMonth extends DueMonth {
  /** Null when it was empty, or is not archived by its policy. */
  archive: Manifest | null;
}

/**
 * Retires every month that is due: writes it to its archive, reads that back, then drops it together with its
 * counts, leaving a tombstone. One month is one transaction. Ended at any point and begun again it goes on: a month
 * is either there, or archived and gone.
 *
 * `db` must be bound to one connection, as a member of annals_eraser or as the owner of the records.
 *
 * @throws AnnalsError CONFIG_INVALID when a rule does not say where to archive, ARCHIVE_FAILED, LOCK_TIMEOUT when
 * another run is at work or a month is read for too long, MONTH_IN_USE when a view names it. What was retired before stays so.
 */
export async function runRetention(db: Executor, options: RetentionOptions): Promise<RetiredMonth[]> {
  for (const { kind, archive } of options.policies) {
    if (archive === undefined) {
      throw new AnnalsError(
        "CONFIG_INVALID",
        `retention does not say where ${kind} are archived before they are dropped`,
        "Name a folder: --archive FOLDER, or `archive` in the configuration; or say `archive: false` there.",
      );
    }
  }
  await requireSameClock(db);
  return holdTurn(db, async () => {
    await settle(db, options.policies);
    const retired: RetiredMonth[] = [];
    for (const due of await dueMonths(db, options.policies)) {
      const policy = options.policies.find(({ kind }) => kind === due.kind) as Policy;
      retired.push({ ...due, archive: await retire(db, due, policy, options) });
    }
    return retired;
  });
}

/** Only a month that has a table of its own can be dropped as a whole; events that came late may lie apart. */
async function settle(db: Executor, policies: readonly Policy[]): Promise<void> {
  for (let turn = 0; turn < 200; turn += 1) {
    const due = await dueMonths(db, policies);
    if (due.every(({ settled }) => settled)) return;
    const [row] = await writing<{ made: number }>(db, "SELECT annals.ensure_partitions() AS made").catch(
      async (error) => {
        if (error.code !== "2BP01") throw error;
        throw await monthInUse(db, "Events that came late cannot be given the table of their month", error);
      },
    );
    // It moves some thousand events a call, and gives way to whoever reads or files.
    if (row?.made === 0) await sleep(50);
  }
  throw new AnnalsError(
    "LOCK_TIMEOUT",
    "Events that came late are still to be given the table of their month, and somebody is in the way",
    "See what reads the records for so long, such as a dump, and run this again. Nothing was dropped.",
  );
}

/** A clock gone wrong would let everything look old. */
async function requireSameClock(db: Executor): Promise<void> {
  const [row] = await db.query<{ ms: number }>("SELECT date_part('epoch', clock_timestamp()) * 1000 AS ms");
  const hours = Math.abs(Number(row?.ms) - Date.now()) / 3_600_000;
  if (hours > 24) {
    throw new AnnalsError(
      "CONFIG_INVALID",
      `The clock of the database and the one here differ by ${Math.round(hours)} hours`,
      "What is due goes by the clock of the database. Set both right first; nothing was dropped.",
    );
  }
}

async function retire(
  db: Executor,
  due: DueMonth,
  policy: Policy,
  { by, reason, version, patienceMs = 60_000, log = () => {}, onStep }: RetentionOptions,
): Promise<Manifest | null> {
  const until = Date.now() + patienceMs;
  const why = [`Retention policy: ${policy.kind} are kept for ${policy.keep}`, reason]
    .filter(Boolean)
    .join(". ");
  const named = `${due.record} ${due.month}`;
  for (;;) {
    let manifest: Manifest | null = null;
    let witness: string | null;
    if (typeof policy.archive === "string") {
      await requireArchiveFolder(policy.archive, due.bytes);
      ({ manifest, witness } = await archiveMonth(db, due, policy.archive, version));
      if (manifest) log(`archived ${named}: ${manifest.rows} events in ${manifest.file}`);
      await onStep?.("archived");
    } else {
      witness = await witnessOf(db, due);
    }
    const archive = manifest && { file: manifest.file, sha256: manifest.sha256, bytes: manifest.bytes };
    const values = [
      due.record,
      `${due.month}-01`,
      witness,
      archive && JSON.stringify(archive),
      why,
      by,
      version,
    ];
    const rows = await drop(db, named, values, until);
    if (rows !== undefined) {
      log(`retired ${named}: ${rows} events`);
      await onStep?.("retired");
      return manifest;
    }
    log(`${named} has changed meanwhile: once more`);
  }
}

/** How many events went; undefined when the month holds something else than the witness says. */
async function drop(
  db: Executor,
  named: string,
  values: readonly unknown[],
  until: number,
): Promise<string | undefined> {
  for (;;) {
    try {
      const [row] = await writing<{ rows: string }>(
        db,
        "SELECT annals.retire_month($1::text, $2::text::date, $3::text, $4::text::json, $5::text, $6::text, $7::text)::text AS rows",
        values,
      );
      return row?.rows;
    } catch (error) {
      const { code } = error as { code?: string };
      // 2BP01: something of the host's names the month.
      if (code === "2BP01") throw await monthInUse(db, `${named} cannot be dropped`, error);
      // 55000: an event of that month was filed or folded into. 55P03: it is being read, or the relay is busy.
      if (code !== "55000" && code !== "55P03") throw error;
      if (Date.now() > until) throw stillInUse(named, error);
      if (code === "55000") return undefined;
      await sleep(500 + Math.random() * 500);
    }
  }
}

/** One statement in a transaction that is READ COMMITTED and may write, whatever the defaults of the role are. */
async function writing<Row>(db: Executor, text: string, values: readonly unknown[] = []): Promise<Row[]> {
  await db.query("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; SET LOCAL statement_timeout = 0");
  try {
    const rows = await db.query<Row>(text, values);
    await db.query("COMMIT");
    return rows;
  } catch (error) {
    // The first error counts. Where the connection is gone, so is the transaction.
    await db.query("ROLLBACK").catch(() => {});
    throw error;
  }
}

async function witnessOf(db: Executor, { record, month }: DueMonth): Promise<string | null> {
  const [row] = await db.query<{ witness: string | null }>(
    "SELECT annals.month_witness($1::text, $2::text::date) AS witness",
    [record, `${month}-01`],
  );
  return row?.witness ?? null;
}

/** PostgreSQL would have it dropped along, which is not for us to advise. */
async function monthInUse(db: Executor, what: string, cause: unknown): Promise<AnnalsError> {
  const { message } = cause as Error;
  const uses = (await checkPartitions(db)).filter(({ table }) => message.includes(table));
  const names = uses.map(({ user, table }) => `${user} names ${table}`).join(", ");
  const hint = uses[0]?.hint ?? "Drop what depends on it.";
  return new AnnalsError(
    "MONTH_IN_USE",
    `${what}: ${names || message}.`,
    `${hint} Then run this again: nothing was dropped of that month.`,
    { cause },
  );
}

function stillInUse(named: string, cause: unknown): AnnalsError {
  return new AnnalsError(
    "LOCK_TIMEOUT",
    `${named} could not be dropped: ${(cause as Error).message}`,
    "It is archived and still there. End what reads it for so long, such as a dump, and run this again.",
    { cause },
  );
}
