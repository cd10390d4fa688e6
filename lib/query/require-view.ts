import { requirePermission } from "../access/require-permission.ts";
import type { Viewer } from "../access/viewer.ts";
import type { Definition } from "../records/define.ts";

/** @throws AnnalsError FORBIDDEN without the right to view this kind of record */
export function requireView(viewer: Viewer, definition: Definition): void {
  requirePermission(viewer, `${definition.kind}.view`);
}
