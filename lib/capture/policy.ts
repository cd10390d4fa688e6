import { createHash } from "node:crypto";
import { quoteLiteral } from "./quote.ts";

export interface Column {
  name: string;
  /** As `format_type` prints it, such as `numeric(10,2)`. */
  type: string;
}

/** What is captured of one table, and how: the row of `annals.tracked_table`. */
export interface CapturePolicy {
  schemaName: string;
  tableName: string;
  /** Name of its objects in the audit log. Stays when the table is renamed. */
  objectType: string;
  keyColumns: string[];
  labelColumn: string | null;
  masked: string[];
  revealed: string[];
  ignored: string[];
  skippedActions: CapturedAction[];
  columns: Column[];
  functionName: string;
}

export const capturedActions = ["CREATE", "UPDATE", "DELETE", "TRUNCATE"] as const;
export type CapturedAction = (typeof capturedActions)[number];

/** An array of text as a constant. */
function textArray(values: readonly string[]): string {
  if (values.length === 0) return "'{}'::pg_catalog.text[]";
  return `ARRAY[${values.map(quoteLiteral).join(", ")}]::pg_catalog.text[]`;
}

/**
 * What decides which columns are hidden, as arguments of our functions: masked, revealed, ignored, known. The known
 * ones matter only where a masked column may come back under another name.
 */
export function hidingArguments({ masked, revealed, ignored, columns }: CapturePolicy): string {
  const known = masked.length > 0 ? columns.map(({ name }) => name) : [];
  return [masked, revealed, ignored, known].map(textArray).join(", ");
}

/** The same behind the name of the capture function. */
export function policyArguments(policy: CapturePolicy): string {
  return `${quoteLiteral(policy.functionName)}, ${hidingArguments(policy)}`;
}

/** A name for the capture function of a table: readable, unique, within PostgreSQL's 63 bytes. */
export function captureFunctionName(schemaName: string, tableName: string): string {
  const hash = createHash("sha256")
    .update(JSON.stringify([schemaName, tableName]))
    .digest("hex")
    .slice(0, 8);
  const slug = tableName
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_|_$/g, "")
    .slice(0, 40);
  return `capture_${slug || "table"}_${hash}`;
}
