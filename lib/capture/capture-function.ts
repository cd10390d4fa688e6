import { type CapturePolicy, textArray } from "./policy.ts";
import { quoteLiteral, quoteName } from "./quote.ts";

/** Raise it when the text below changes: `check` then asks for `annals migrate`, which replaces the functions. */
export const captureVersion = 1;

/**
 * The trigger function of one tracked table, as SQL. One function serves insert, update, delete and truncate.
 *
 * No column of the table is named, so no change of the table can break it. Every name and operator is
 * qualified, so that it needs no `SET search_path` clause (about 2 µs a statement). A statement of up to 500
 * rows is one outbox row; the question whether there are more costs 2 µs, chunks for all would cost 20.
 */
export function captureFunctionSql(policy: CapturePolicy): string {
  const type = quoteLiteral(policy.objectType);
  return `CREATE OR REPLACE FUNCTION annals.${quoteName(policy.functionName)}() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $capture$
-- Captures ${policy.schemaName}.${policy.tableName} for Annals. version: ${captureVersion}
BEGIN
  IF TG_OP OPERATOR(pg_catalog.=) 'INSERT' THEN
${appendOneSide("I", type, "new_rows", policy)}
  ELSIF TG_OP OPERATOR(pg_catalog.=) 'UPDATE' THEN
${appendBothSides(type, policy)}
  ELSIF TG_OP OPERATOR(pg_catalog.=) 'DELETE' THEN
${appendOneSide("D", type, "old_rows", policy)}
  ELSE
    INSERT INTO annals.outbox (op, relation, object_type, context, application, client)
    VALUES ('T', TG_RELID, ${type}, ${context});
  END IF;
  RETURN NULL;
END
$capture$`;
}

const context = `pg_catalog.current_setting('annals.context', true),
      pg_catalog.current_setting('application_name', true), pg_catalog.inet_client_addr()`;

// A whole row is named by its alias, and a column of the same name would be taken instead.
const row = '"annals.row"';

/** Rows of a transition table as one JSON array; which of the two forms is decided when it is planned. */
function rowsAsJson(whole: string, policy: CapturePolicy): string {
  const { masked, revealed, ignored, columns } = policy;
  const known = textArray(columns.map(({ name }) => name));
  const hidden = `annals.hidden_columns(${quoteLiteral(policy.schemaName)}, ${quoteLiteral(policy.tableName)},
          ${textArray(masked)}, ${textArray(revealed)}, ${known})`;
  const guarded = `pg_catalog.jsonb_agg(annals.without_secrets(pg_catalog.to_jsonb(${whole}), ${hidden},
          ${textArray(ignored)}, annals.mask_key(), ${textArray(masked)}, ${textArray(revealed)}, ${known}))::pg_catalog.text`;
  if (ignored.length > 0 || masked.length > 0) return guarded;
  return `CASE WHEN pg_catalog.cardinality(${hidden}) OPERATOR(pg_catalog.=) 0
        THEN pg_catalog.json_agg(${whole})::pg_catalog.text
        ELSE ${guarded} END`;
}

/** The rows of a transition table with the number of their chunk of 500. */
function chunks(rows: string): string {
  return `(SELECT ${row}, (pg_catalog.row_number() OVER () OPERATOR(pg_catalog.-) 1) OPERATOR(pg_catalog./) 500 AS chunk FROM ${rows} ${row}) s`;
}

function appendOneSide(op: "I" | "D", type: string, rows: string, policy: CapturePolicy): string {
  const target = `INSERT INTO annals.outbox (op, relation, object_type, rows, ${rows}, context, application, client)`;
  return `    ${target}
    SELECT '${op}', TG_RELID, ${type}, s.n, s.rows, ${context}
    FROM (SELECT pg_catalog.count(*) AS n, ${rowsAsJson(row, policy)} AS rows
      FROM ${rows} ${row}) s
    WHERE s.n OPERATOR(pg_catalog.>) 0 AND NOT EXISTS (SELECT FROM ${rows} OFFSET 500);
    IF NOT FOUND THEN
      ${target}
      SELECT '${op}', TG_RELID, ${type}, pg_catalog.count(*), ${rowsAsJson(`s.${row}`, policy)}, ${context}
      FROM ${chunks(rows)}
      GROUP BY s.chunk ORDER BY s.chunk;
    END IF;`;
}

/** Both transition tables of a statement are in the same order, so the relay pairs old with new by position. */
function appendBothSides(type: string, policy: CapturePolicy): string {
  const target =
    "INSERT INTO annals.outbox (op, relation, object_type, rows, old_rows, new_rows, context, application, client)";
  return `    ${target}
    SELECT 'U', TG_RELID, ${type}, n.n, o.rows, n.rows, ${context}
    FROM (SELECT ${rowsAsJson(row, policy)} AS rows FROM old_rows ${row}) o,
      (SELECT pg_catalog.count(*) AS n, ${rowsAsJson(row, policy)} AS rows FROM new_rows ${row}) n
    WHERE n.n OPERATOR(pg_catalog.>) 0 AND o.rows OPERATOR(pg_catalog.<>) n.rows
      AND NOT EXISTS (SELECT FROM new_rows OFFSET 500);
    IF NOT FOUND THEN
      ${target}
      SELECT 'U', TG_RELID, ${type}, n.n, o.rows, n.rows, ${context}
      FROM (SELECT s.chunk, ${rowsAsJson(`s.${row}`, policy)} AS rows FROM ${chunks("old_rows")} GROUP BY s.chunk) o
      JOIN (SELECT s.chunk, pg_catalog.count(*) AS n, ${rowsAsJson(`s.${row}`, policy)} AS rows FROM ${chunks("new_rows")} GROUP BY s.chunk) n
        ON n.chunk OPERATOR(pg_catalog.=) o.chunk
      WHERE o.rows OPERATOR(pg_catalog.<>) n.rows
      ORDER BY n.chunk;
    END IF;`;
}
