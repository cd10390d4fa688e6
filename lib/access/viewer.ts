import type { Permission } from "./permissions.ts";
import { permissionsOf, type Role } from "./roles.ts";

/** Who is reading. Plain data, so that it can cross from a session to a server component. */
export interface Viewer {
  id: string;
  username: string;
  label: string;
  role: Role;
  permissions: readonly Permission[];
}

/** The viewer of a console user, with the permissions of the role. */
export function viewerOf(user: { id: string; username: string; label: string; role: Role }): Viewer {
  const { id, username, label, role } = user;
  return { id, username, label, role, permissions: permissionsOf(role) };
}
