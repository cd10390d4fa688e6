import { type SQL, sql } from "drizzle-orm";
import type { Executor } from "../executor.ts";
import { formatInstant, toMicros } from "../fields/instant.ts";
import type { Definition } from "../records/define.ts";
import { segment } from "../records/segment/table.ts";
import { keyOf } from "./keyset.ts";
import { run } from "./run.ts";
import type { Window } from "./search.ts";
import { instantText } from "./select-list.ts";

export interface Span {
  from: string;
  to: string;
}

/** A month of a record. */
export interface Month extends Span {
  rows: number;
  /** Highest ledger number in it. */
  toSeq: string;
  /** The name of its own table; null while its rows lie in the default partition. */
  partition: string | null;
}

/** What is stored of a record, seen in one snapshot. All spans are half-open, from a first to a last row. */
export interface Extent {
  /** Highest ledger number of all records. */
  head: string;
  /** Null while the record is empty. */
  span: Span | null;
  /** Those that hold rows, in the order of time. */
  months: Month[];
  /** Whether the index over the small facets and the searched text is there: it needs two extensions. */
  indexed: boolean;
  /** Whether this database takes letters beyond ASCII for letters. */
  allLetters: boolean;
  /** The rollups hold all events numbered up to this one. */
  counted: string;
  /** Of months that begin before this date (`YYYY-MM-DD`) there are sums. */
  monthsBefore: string;
}

interface StoredExtent extends Omit<Extent, "span" | "months"> {
  record: string;
  months: string | null;
}

interface Questions {
  records: Set<string>;
  answers: Promise<Map<string, Extent>>;
}

// What is asked in one and the same turn of the event loop, by database.
const asked = new WeakMap<Executor, Questions>();

/**
 * What is stored of a record now. The parts of a page that begin together (count, dates, facets, other records) ask
 * in one statement and are of one snapshot; whoever asks later asks anew, so nobody is told of a state from before the
 * question.
 */
export async function readExtent(db: Executor, { record }: Definition): Promise<Extent> {
  const questions = asked.get(db) ?? ask(db);
  questions.records.add(record);
  const extent = (await questions.answers).get(record);
  if (!extent?.head) throw new RangeError("annals.head is empty: the schema is damaged");
  return extent;
}

function ask(db: Executor): Questions {
  const records = new Set<string>();
  const answers = Promise.resolve().then(() => {
    asked.delete(db);
    return queryExtents(db, [...records]);
  });
  const questions = { records, answers };
  asked.set(db, questions);
  return questions;
}

async function queryExtents(db: Executor, records: readonly string[]): Promise<Map<string, Extent>> {
  const rows = await run<StoredExtent>(
    db,
    // Each of the two tables has one row, which the planner does not know: joined, they would look like millions, and
    // where PostgreSQL compiles what looks dear, this would take 180 ms.
    sql`SELECT record, (SELECT seq::text FROM annals.head) AS head,
      (SELECT json_agg(json_build_array(${instantText(sql`${segment.from_at}`)},
          ${instantText(sql`${segment.to_at}`)}, ${segment.rows}::float8, c.relname, ${segment.to_seq}::text) ORDER BY ${segment.month})::text
        FROM ${segment}
        LEFT JOIN pg_catalog.pg_class c ON c.relnamespace = 'annals'::regnamespace AND c.relispartition
          AND c.relname = ${segment.record} || '_' || to_char(${segment.month}, 'YYYYMM')
        WHERE ${segment.record} = asked.record AND ${segment.rows} > 0) AS months,
      EXISTS (SELECT FROM pg_catalog.pg_index
        WHERE indexrelid = to_regclass('annals.' || asked.record || '_find') AND indisvalid) AS indexed,
      (SELECT datctype::text NOT IN ('C', 'POSIX') FROM pg_catalog.pg_database
        WHERE datname = current_database()) AS "allLetters",
      (SELECT counted_seq::text FROM annals.rollup_head) AS counted,
      (SELECT months_before::text FROM annals.rollup_head) AS "monthsBefore"
      FROM unnest(${`{${records.join()}}`}::text[]) AS asked (record)`,
  );
  return new Map(rows.map(({ record, ...row }) => [record, extentOf(row)]));
}

function extentOf(row: Omit<StoredExtent, "record">): Extent {
  const stored = JSON.parse(row.months ?? "[]") as [string, string, number, string | null, string][];
  const months = stored.map(([from, last, rows, partition, toSeq]) => ({
    from,
    to: justAfter(last),
    rows,
    partition,
    toSeq,
  }));
  const [first, last] = [months[0], months.at(-1)];
  const span = first && last ? { from: first.from, to: last.to } : null;
  return { ...row, months, span };
}

export function justAfter(instant: string): string {
  return formatInstant(toMicros(instant) + 1n);
}

/**
 * The rows that a statement may see: a span of time, always closed on both sides so that only the partitions
 * in question are planned, and a highest number. `span` is null when there can be no row at all.
 */
export interface Reach {
  span: Span | null;
  bound: string;
}

export function reachOf(extent: Extent, window: Pick<Window, "from" | "to">, bound?: string): Reach {
  const span = extent.span && overlap(extent.span, window);
  return { span, bound: bound ?? extent.head };
}

/** The part of a span that lies in a window. Instants of this form sort as text. */
export function overlap(span: Span, window: Pick<Window, "from" | "to">): Span | null {
  const from = window.from !== null && window.from > span.from ? window.from : span.from;
  const to = window.to !== null && window.to < span.to ? window.to : span.to;
  return from < to ? { from, to } : null;
}

export function withinReach(definition: Definition, span: Span, bound: string): SQL[] {
  const [, seq] = keyOf(definition.kind);
  return [...withinSpan(definition, span), sql`${seq} <= ${bound}::bigint`];
}

export function withinSpan(definition: Definition, { from, to }: Span): SQL[] {
  const [at] = keyOf(definition.kind);
  return [sql`${at} >= ${from}::timestamptz`, sql`${at} < ${to}::timestamptz`];
}
