import type { IconName } from "../ui/icon.tsx";

/** How one known value of a choice is shown: a word, an icon, and what draws the eye to it. */
export interface Mark {
  icon: IconName;
  /** Where the table says it otherwise than the filter: "Updated" for UPDATE. */
  word?: string;
  tone?: "is-del" | "is-warn" | "is-add" | "is-strong";
}

const actions: Record<string, Mark> = {
  CREATE: { icon: "plus", word: "Created" },
  UPDATE: { icon: "pencil", word: "Updated" },
  DELETE: { icon: "trash-2", word: "Deleted", tone: "is-del" },
  TRUNCATE: { icon: "trash-2", word: "Emptied", tone: "is-del" },
  VIEW: { icon: "eye", word: "Viewed" },
  LOGIN: { icon: "log-in", word: "Signed in" },
  LOGOUT: { icon: "log-out", word: "Signed out" },
  LOGIN_FAILED: { icon: "shield-alert", word: "Sign-in failed", tone: "is-warn" },
  EXPORT: { icon: "download", word: "Exported" },
  IMPORT: { icon: "upload", word: "Imported" },
  REFUND: { icon: "undo-2", word: "Refunded" },
  APPROVE: { icon: "check", word: "Approved" },
  REJECT: { icon: "ban", word: "Rejected" },
  CANCEL: { icon: "ban", word: "Cancelled" },
  SHIP: { icon: "upload", word: "Shipped" },
};

/** By column, then by value. */
const marks: Record<string, Record<string, Mark>> = {
  action: actions,
  event_type: {
    ERROR: { icon: "circle-x", tone: "is-del" },
    WARNING: { icon: "triangle-alert", tone: "is-warn" },
    SECURITY: { icon: "shield-alert", tone: "is-warn" },
    PERFORMANCE: { icon: "gauge" },
    MAINTENANCE: { icon: "wrench" },
    INFO: { icon: "info" },
  },
  status: {
    SUCCESS: { icon: "check", tone: "is-add" },
    FAILED: { icon: "shield-alert", tone: "is-warn" },
    BLOCKED: { icon: "lock", tone: "is-del" },
    started: { icon: "clock" },
    completed: { icon: "check", tone: "is-add" },
    failed: { icon: "circle-x", tone: "is-del" },
  },
};

export function markOf(column: string, value: string): Mark | undefined {
  const known = marks[column];
  if (known && Object.hasOwn(known, value)) return known[value];
  return column === "action" ? { icon: "dot" } : undefined;
}

/** A value that the definition does not name, made readable: `REASSIGN_TASK` becomes "Reassign task". */
export function readable(value: string): string {
  if (!/^[A-Z][A-Z0-9_]*$/.test(value)) return value;
  return value.charAt(0) + value.slice(1).toLowerCase().replaceAll("_", " ");
}
