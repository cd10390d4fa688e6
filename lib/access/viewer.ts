import type { Permission } from "./permissions.ts";
import { permissionsOf, type Role } from "./roles.ts";

/** Who is reading. Plain data, so that it can cross from a session to a server component. */
export interface Viewer {
  id: string;
  username: string;
  label: string;
  role: Role;
  permissions: readonly Permission[];
  /** Confined to the records of these tenants, and to none without a tenant. Null: all records. */
  tenants: readonly string[] | null;
}

interface User {
  id: string;
  username: string;
  label: string;
  role: Role;
  tenants?: readonly string[] | null;
}

/** The viewer of a console user, with the permissions of the role. */
export function viewerOf({ id, username, label, role, tenants = null }: User): Viewer {
  return { id, username, label, role, permissions: permissionsOf(role), tenants };
}
