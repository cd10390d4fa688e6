export const permissions = [
  "audit.view",
  "logins.view",
  "exports.view",
  "events.view",
  "events.resolve",
  "export",
  "settings",
  "delete",
] as const;

/** A permission is a name, never a callback, so that a definition can ask for one. */
export type Permission = (typeof permissions)[number];
