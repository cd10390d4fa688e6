import { AnnalsError } from "../errors.ts";
import type { Permission } from "./permissions.ts";
import type { Viewer } from "./viewer.ts";

/** Whether the viewer holds the permission. Nobody (`undefined` out of untyped code) holds none. */
export function hasPermission(viewer: Viewer | null | undefined, permission: Permission): boolean {
  return Array.isArray(viewer?.permissions) && viewer.permissions.includes(permission);
}

/**
 * Stops whoever lacks the permission. Called first in every function that reads or writes for a viewer,
 * since a check in a router or a middleware can be walked round.
 *
 * @throws AnnalsError FORBIDDEN, naming the permission
 */
export function requirePermission(viewer: Viewer, permission: Permission): void {
  if (hasPermission(viewer, permission)) return;
  const who = viewer?.username
    ? `${viewer.username} (${viewer.role})`
    : "Nobody is signed in, and an unknown reader";
  throw new AnnalsError(
    "FORBIDDEN",
    `${who} may not do this: it needs the permission "${permission}".`,
    "Ask somebody with the right role, or have the role changed by a superuser.",
  );
}
