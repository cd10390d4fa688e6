import { type CapturedAction, type CapturePolicy, capturedActions } from "./policy.ts";
import { quoteName } from "./quote.ts";

const events: Record<CapturedAction, { name: string; when: string; tables: string }> = {
  CREATE: { name: "annals_insert", when: "AFTER INSERT", tables: "REFERENCING NEW TABLE AS new_rows " },
  UPDATE: {
    name: "annals_update",
    when: "AFTER UPDATE",
    tables: "REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows ",
  },
  DELETE: { name: "annals_delete", when: "AFTER DELETE", tables: "REFERENCING OLD TABLE AS old_rows " },
  TRUNCATE: { name: "annals_truncate", when: "BEFORE TRUNCATE", tables: "" },
};

const triggerNames: string[] = capturedActions.map((action) => events[action].name);

/** The triggers that a policy wants on each member of its table. */
export function wantedTriggers(policy: CapturePolicy): string[] {
  return capturedActions
    .filter((action) => !policy.skippedActions.includes(action))
    .map((a) => events[a].name);
}

/**
 * Statements that give one table (a partition counts as one) its capture triggers. A parent's statement
 * triggers do not fire for a write straight into a partition, nor a partition's for one through the parent:
 * both have them. ENABLE ALWAYS, or `session_replication_role = replica` would pass them by.
 */
export function attachSql(table: string, policy: CapturePolicy): string[] {
  return capturedActions.flatMap((action) => {
    const { name, when, tables } = events[action];
    if (policy.skippedActions.includes(action)) return [`DROP TRIGGER IF EXISTS ${name} ON ${table}`];
    return [
      `CREATE OR REPLACE TRIGGER ${name} ${when} ON ${table}
  ${tables}FOR EACH STATEMENT EXECUTE FUNCTION annals.${quoteName(policy.functionName)}()`,
      `ALTER TABLE ${table} ENABLE ALWAYS TRIGGER ${name}`,
    ];
  });
}

/** Statements that take them away again. */
export function detachSql(table: string): string[] {
  return triggerNames.map((name) => `DROP TRIGGER IF EXISTS ${name} ON ${table}`);
}
