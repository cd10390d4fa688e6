import type { Permission } from "./permissions.ts";
import { permissions } from "./permissions.ts";

/** From the least to the most. */
export const roles = ["support", "developer", "security", "auditor", "superuser"] as const;

export type Role = (typeof roles)[number];

const view = ["audit.view", "logins.view", "events.view"] as const;

const granted = {
  // Who took data out is not a matter for the help desk.
  support: view,
  developer: [...view, "exports.view", "events.resolve"],
  security: permissions.filter((permission) => permission !== "delete"),
  auditor: [...view, "exports.view", "export"],
  superuser: permissions,
} as const satisfies Record<Role, readonly Permission[]>;

/** What a role may do. An unknown role, as a tampered session could carry, may do nothing. */
export function permissionsOf(role: Role): readonly Permission[] {
  return Object.freeze(Object.hasOwn(granted, role) ? [...granted[role]] : []);
}

export function isRole(text: string): text is Role {
  return (roles as readonly string[]).includes(text);
}
