import { auditDefinition } from "./audit/definition.ts";
import type { AuditRow } from "./audit/table.ts";
import type { Definition, Kind } from "./define.ts";
import { eventsDefinition } from "./events/definition.ts";
import type { EventRow } from "./events/table.ts";
import { exportsDefinition } from "./exports/definition.ts";
import type { ExportRow } from "./exports/table.ts";
import { loginsDefinition } from "./logins/definition.ts";
import type { LoginRow } from "./logins/table.ts";

/** The kinds in the order of the navigation. */
export const kinds = ["audit", "logins", "exports", "events"] as const satisfies readonly Kind[];

export const definitions: { readonly [K in Kind]: Definition<K> } = {
  audit: auditDefinition,
  logins: loginsDefinition,
  exports: exportsDefinition,
  events: eventsDefinition,
};

interface Rows {
  audit: AuditRow;
  logins: LoginRow;
  exports: ExportRow;
  events: EventRow;
}

/**
 * A stored record by column name. Instants are `YYYY-MM-DDTHH:MM:SS.ffffffZ`, 64-bit numbers decimal text,
 * `changes` and `filters_applied` JSON text, addresses text.
 */
export type RecordRow<K extends Kind = Kind> = Rows[K];

export function isKind(text: string): text is Kind {
  return (kinds as readonly string[]).includes(text);
}
