import { sql } from "drizzle-orm";
import { hasPermission } from "../access/require-permission.ts";
import type { Viewer } from "../access/viewer.ts";
import type { Executor } from "../executor.ts";
import { formatInstant, toMicros } from "../fields/instant.ts";
import type { Kind } from "../records/define.ts";
import { definitions, kinds, type RecordRow } from "../records/kinds.ts";
import { keysetOf } from "./keyset.ts";
import { reachOf, readExtent, withinReach } from "./reach.ts";
import { requireView } from "./require-view.ts";
import { run } from "./run.ts";
import { readRows, selectList } from "./select-list.ts";
import { columnOf, columnsOf, tables } from "./tables.ts";
import { allOf } from "./where.ts";

/** A record beside its kind: `switch (item.kind)` narrows the row. */
export type Item = { [K in Kind]: { kind: K; row: RecordRow<K> } }[Kind];

/** What records can have in common. */
export type Bond = "request" | "session" | "actor" | "address" | "object";

const bonds: Record<Bond, readonly string[]> = {
  request: ["request_id"],
  session: ["session_hash"],
  actor: ["actor_id"],
  address: ["ip"],
  object: ["object_type", "object_id"],
};

const each = 10;
const dayMicros = 86_400_000_000n;

/**
 * What happened around a record and shares its request (session, actor, address, object), over the four
 * kinds, oldest first: the record itself, at most 10 before it and 10 after it, within a day, and of an
 * object's history within all time. Kinds that the viewer may not see are left out. Empty when the record has
 * no such value.
 *
 * @throws AnnalsError FORBIDDEN without the right to view the record's own kind
 */
export async function surrounding(db: Executor, viewer: Viewer, item: Item, by: Bond): Promise<Item[]> {
  requireView(viewer, definitions[item.kind]);
  const columns = bonds[by];
  const shared = columns.map(
    (name) => [name, (item.row as unknown as Record<string, string | null>)[name]] as const,
  );
  if (shared.some(([, value]) => !value)) return [];
  const seen = kinds.filter(
    (kind) => hasPermission(viewer, `${kind}.view`) && columns.every((name) => name in columnsOf(kind)),
  );
  const found = await Promise.all(
    seen.flatMap((kind) => [
      readSide(db, kind, item, shared, "-time"),
      readSide(db, kind, item, shared, "time"),
    ]),
  );
  const others = found.flat();
  const before = others
    .filter((other) => isBefore(other, item))
    .sort(byPlace)
    .slice(-each);
  const after = others
    .filter((other) => isBefore(item, other))
    .sort(byPlace)
    .slice(0, each);
  return [...before, item, ...after];
}

async function readSide(
  db: Executor,
  kind: Kind,
  item: Item,
  shared: readonly (readonly [string, string | null | undefined])[],
  sort: "time" | "-time",
): Promise<Item[]> {
  const definition = definitions[kind];
  const { recorded_at: at, seq } = item.row;
  const whole = shared.length > 1;
  const window = {
    from: whole ? null : formatInstant(atLeastZero(toMicros(at) - dayMicros)),
    to: whole ? null : formatInstant(toMicros(at) + dayMicros),
  };
  const { span, bound } = reachOf(await readExtent(db, definition), window);
  if (!span) return [];
  const { conditions, order } = keysetOf(kind, { sort, cursor: { direction: "after", at, seq } });
  const same = shared.map(([name, value]) => {
    const column = columnOf(kind, name);
    return column.getSQLType() === "inet" ? sql`${column} = ${value}::inet` : sql`${column} = ${value}`;
  });
  const where = [...withinReach(definition, span, bound), ...conditions, ...same];
  const rows = await run<Record<string, unknown>>(
    db,
    sql`SELECT ${selectList(definition, "list")} FROM ${tables[kind]} WHERE ${allOf(where)}
      ORDER BY ${order} LIMIT ${each}`,
  );
  return readRows(kind, rows).map((row) => ({ kind, row }) as Item);
}

function isBefore(one: Item, other: Item): boolean {
  return byPlace(one, other) < 0;
}

function byPlace({ row: one }: Item, { row: other }: Item): number {
  if (one.recorded_at !== other.recorded_at) return one.recorded_at < other.recorded_at ? -1 : 1;
  return Number(BigInt(one.seq) - BigInt(other.seq));
}

function atLeastZero(micros: bigint): bigint {
  return micros < 0n ? 0n : micros;
}
