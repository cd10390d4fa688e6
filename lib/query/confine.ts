import { type SQL, sql } from "drizzle-orm";
import { hasPermission, requirePermission } from "../access/require-permission.ts";
import type { Viewer } from "../access/viewer.ts";
import { AnnalsError } from "../errors.ts";
import type { Definition, Kind } from "../records/define.ts";
import { kinds } from "../records/kinds.ts";
import { list } from "./conditions.ts";
import type { Search } from "./search.ts";
import { columnOf, ofRow } from "./tables.ts";

declare const mark: unique symbol;

/**
 * A search that finds nothing but what its viewer may see. Whatever makes a statement of a search takes one of
 * these, and only `confine` makes them: a new function that forgets the viewer does not compile.
 */
export type Confined = Search & {
  /** Null: all records. */
  readonly tenants: readonly string[] | null;
  readonly [mark]: true;
};

/**
 * The search within what the viewer may see.
 *
 * @throws AnnalsError FORBIDDEN without the right to view this kind of record
 */
export function confine(viewer: Viewer, definition: Definition, search: Search): Confined {
  requireView(viewer, definition);
  return { ...search, tenants: tenantsOf(viewer) } as Confined;
}

/** @throws AnnalsError FORBIDDEN without the right to view this kind of record */
export function requireView(viewer: Viewer, definition: Definition): void {
  requirePermission(viewer, `${definition.kind}.view`);
}

/**
 * The kinds of records that the viewer may see.
 *
 * @throws AnnalsError FORBIDDEN to whoever may view no record at all
 */
export function viewableKinds(viewer: Viewer): Kind[] {
  const seen = kinds.filter((kind) => hasPermission(viewer, `${kind}.view`));
  if (seen.length === 0) requirePermission(viewer, "audit.view");
  return seen;
}

/** Which tenants a viewer is confined to; to none where untyped code has not said. */
export function tenantsOf(viewer: Viewer): readonly string[] | null {
  if (viewer.tenants === null) return null;
  return Array.isArray(viewer.tenants) ? viewer.tenants.filter((tenant) => tenant !== "") : [];
}

/** The condition on a row `r`; none where the viewer is confined to nothing. */
export function ofTenants(kind: Kind, tenants: readonly string[] | null): SQL[] {
  if (tenants === null) return [];
  if (tenants.length === 0) return [sql`false`];
  return [sql`${ofRow(columnOf(kind, "tenant"))} IN (${list(tenants)})`];
}

/** @throws AnnalsError FORBIDDEN where a row that was handed in is not one of the viewer's own */
export function requireTenant(viewer: Viewer, row: { tenant: string }): void {
  const tenants = tenantsOf(viewer);
  if (tenants === null || tenants.includes(row.tenant)) return;
  throw new AnnalsError(
    "FORBIDDEN",
    `${viewer.username} (${viewer.role}) may not see this record: it is of another tenant.`,
    "Ask somebody who may see it, or have the tenants changed by `annals user tenants`.",
  );
}
