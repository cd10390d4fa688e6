import type { Executor } from "../executor.ts";
import type { CapturePolicy } from "./policy.ts";
import { quoteLiteral } from "./quote.ts";

/** What `annals track` has installed, by name. */
export async function trackedTables(db: Executor): Promise<CapturePolicy[]> {
  const rows = await db.query<Omit<CapturePolicy, "columns"> & { columns: string[] }>(
    `SELECT schema_name AS "schemaName", table_name AS "tableName", object_type AS "objectType",
      pg_catalog.to_json(key_columns) AS "keyColumns", label_column AS "labelColumn",
      pg_catalog.to_json(masked) AS masked, pg_catalog.to_json(revealed) AS revealed, pg_catalog.to_json(ignored) AS ignored,
      pg_catalog.to_json(skipped_actions) AS "skippedActions", pg_catalog.to_json(columns) AS columns,
      function_name AS "functionName"
     FROM annals.tracked_table ORDER BY schema_name, table_name`,
  );
  return rows.map((row) => ({ ...row, columns: row.columns.map((column) => JSON.parse(column)) }));
}

/** The statement that keeps a policy, in place of the one that its function had. */
export function rememberPolicySql(policy: CapturePolicy): string {
  const array = (values: readonly string[]) =>
    values.length === 0 ? "'{}'" : `ARRAY[${values.map(quoteLiteral).join(", ")}]`;
  const values = [
    quoteLiteral(policy.schemaName),
    quoteLiteral(policy.tableName),
    quoteLiteral(policy.objectType),
    array(policy.keyColumns),
    policy.labelColumn === null ? "NULL" : quoteLiteral(policy.labelColumn),
    array(policy.masked),
    array(policy.revealed),
    array(policy.ignored),
    array(policy.skippedActions),
    array(policy.columns.map((column) => JSON.stringify(column))),
    quoteLiteral(policy.functionName),
  ];
  return `INSERT INTO annals.tracked_table (schema_name, table_name, object_type, key_columns, label_column,
  masked, revealed, ignored, skipped_actions, columns, function_name)
VALUES (${values.join(", ")})
ON CONFLICT (function_name) DO UPDATE SET schema_name = excluded.schema_name, table_name = excluded.table_name,
  object_type = excluded.object_type, key_columns = excluded.key_columns, label_column = excluded.label_column,
  masked = excluded.masked, revealed = excluded.revealed, ignored = excluded.ignored,
  skipped_actions = excluded.skipped_actions, columns = excluded.columns, tracked_at = pg_catalog.now()`;
}
