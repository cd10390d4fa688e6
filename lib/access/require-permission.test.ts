import { expect, test } from "vitest";
import { type Permission, permissions } from "./permissions.ts";
import { hasPermission, requirePermission } from "./require-permission.ts";
import { isRole, permissionsOf, type Role, roles } from "./roles.ts";
import { type Viewer, viewerOf } from "./viewer.ts";

const matrix: Record<Role, string> = {
  support: "audit.view logins.view events.view",
  developer: "audit.view logins.view exports.view events.view events.resolve",
  security: "audit.view logins.view exports.view events.view events.resolve export settings",
  auditor: "audit.view logins.view exports.view events.view export",
  superuser: "audit.view logins.view exports.view events.view events.resolve export settings delete",
};

const viewer = (role: Role): Viewer => viewerOf({ id: "1", username: "alice", label: "Alice", role });

test.each(roles)("a %s holds the permissions of the matrix and no other", (role) => {
  const expected = matrix[role].split(" ");
  for (const permission of permissions) {
    const holds = expected.includes(permission);
    expect([permission, hasPermission(viewer(role), permission)]).toEqual([permission, holds]);
    const ask = () => requirePermission(viewer(role), permission);
    if (holds) expect(ask).not.toThrow();
    else
      expect(ask).toThrow(
        expect.objectContaining({ code: "FORBIDDEN", message: expect.stringContaining(permission) }),
      );
  }
});

test("nobody, and whoever has a role that does not exist, may do nothing", () => {
  const strangers = [undefined, null, {}, { permissions: "audit.view" }, viewer("toString" as Role)];
  for (const stranger of strangers) {
    for (const permission of permissions) {
      expect(() => requirePermission(stranger as Viewer, permission)).toThrow(
        expect.objectContaining({ code: "FORBIDDEN" }),
      );
    }
  }
});

test("the permissions of a role cannot be added to by whoever reads them", () => {
  expect(() => (permissionsOf("support") as Permission[]).push("delete")).toThrow(TypeError);
  expect(() => (permissionsOf("superuser") as Permission[]).push("delete")).toThrow(TypeError);
});

test("only the five names are roles", () => {
  expect(roles.every(isRole)).toBe(true);
  expect(["root", "Superuser", "", "constructor"].some(isRole)).toBe(false);
});
