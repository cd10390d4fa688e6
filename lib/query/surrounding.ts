import { sql } from "drizzle-orm";
import { hasPermission } from "../access/require-permission.ts";
import type { Viewer } from "../access/viewer.ts";
import type { Executor } from "../executor.ts";
import { formatInstant, toMicros } from "../fields/instant.ts";
import type { Kind } from "../records/define.ts";
import { definitions, kinds } from "../records/kinds.ts";
import { ofTenants, requireTenant, requireView, tenantsOf } from "./confine.ts";
import { byPlace, type Item } from "./item.ts";
import { orderOf, wellBehind } from "./keyset.ts";
import { reachOf, readExtent, withinReach } from "./reach.ts";
import { run } from "./run.ts";
import { readRows, selectList } from "./select-list.ts";
import { columnOf, columnsOf, ofRow, recordsOf } from "./tables.ts";
import { allOf } from "./where.ts";

/** What records can have in common. */
export type Bond = "request" | "session" | "actor" | "address" | "object";

const bonds: Record<Bond, readonly string[]> = {
  request: ["request_id"],
  session: ["session_hash"],
  actor: ["actor_kind", "actor_id"],
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
 * @throws AnnalsError FORBIDDEN without the right to view the record's own kind, and its own tenant
 */
export async function surrounding(db: Executor, viewer: Viewer, item: Item, by: Bond): Promise<Item[]> {
  requireView(viewer, definitions[item.kind]);
  requireTenant(viewer, item.row);
  const columns = bonds[by];
  const shared = columns.map(
    (name) => [name, (item.row as unknown as Record<string, string | null>)[name]] as const,
  );
  if (shared.some(([, value]) => !value)) return [];
  const seen = kinds.filter(
    (kind) => hasPermission(viewer, `${kind}.view`) && columns.every((name) => name in columnsOf(kind)),
  );
  const found = await Promise.all(
    seen.map((kind) => readAround(db, viewer, kind, item, shared, by === "object")),
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

type Shared = readonly (readonly [column: string, value: string | null | undefined])[];

/** The nearest of one kind, before the record and after it. */
async function readAround(
  db: Executor,
  viewer: Viewer,
  kind: Kind,
  { row }: Item,
  shared: Shared,
  allTime: boolean,
): Promise<Item[]> {
  const definition = definitions[kind];
  const at = toMicros(row.recorded_at);
  // Only an object's history is certain to have an index of its own.
  const window = {
    from: allTime ? null : formatInstant(at > dayMicros ? at - dayMicros : 0n),
    to: allTime ? null : formatInstant(at + dayMicros),
  };
  const { span, bound } = reachOf(await readExtent(db, definition), window);
  if (!span) return [];
  const same = shared.map(([name, value]) => {
    const column = columnOf(kind, name);
    return column.getSQLType() === "inet"
      ? sql`${ofRow(column)} = ${value}::inet`
      : sql`${ofRow(column)} = ${value}`;
  });
  const own = ofTenants(kind, tenantsOf(viewer));
  const sides = [true, false].map((down) => {
    const mark = { at: row.recorded_at, seq: row.seq };
    const where = allOf([
      ...withinReach(definition, span, bound),
      ...wellBehind(kind, down, mark),
      ...same,
      ...own,
    ]);
    return run<Record<string, unknown>>(
      db,
      sql`SELECT ${selectList(definition, "list")} FROM ${recordsOf(kind)} WHERE ${where} ORDER BY ${orderOf(kind, down)} LIMIT ${each}`,
    );
  });
  const rows = readRows(kind, (await Promise.all(sides)).flat());
  return rows.map((found) => ({ kind, row: found }) as Item);
}

function isBefore(one: Item, other: Item): boolean {
  return byPlace(one, other) < 0;
}
