import type { Permission } from "@/lib/access/permissions.ts";

/** Thrown where a reader lacks a right; `settle` makes it the failure that `Outage` draws as what it is. */
export class Denial extends Error {
  readonly needs: Permission;

  constructor(needs: Permission) {
    super(`The permission ${needs} is missing.`);
    this.name = "Denial";
    this.needs = needs;
  }
}
