import { byColumn, longWay, restOf, sizesOf } from "./capture-long-way.ts";
import { type CapturePolicy, policyArguments } from "./policy.ts";
import { quoteLiteral, quoteName } from "./quote.ts";

/** Raise it when the text below changes: `check` then asks for `annals migrate`, which replaces the functions. */
const captureVersion = 2;

/**
 * Bytes of rows that the short way takes at once. A value may be compressed to a 255th, and its characters written as
 * six each: more could exceed 1 GB as JSON.
 */
const shortBytes = 512 * 1024;

/**
 * The trigger function of one tracked table, as SQL. One function serves insert, update, delete and truncate.
 *
 * No column of the table is named, so no change of the table can break it. Every name and operator is
 * qualified, so that it needs no `SET search_path` clause (about 2 µs a statement). The short way, one INSERT, is
 * for a few rows of a table without hidden columns; the question whether there were more, or wide ones, is asked
 * when it appended nothing. It runs as the role that may append to the outbox, so no code of the host's may run in
 * it: rows with types of the host's making go through `annals.as_json`.
 */
export function captureFunctionSql(policy: CapturePolicy): string {
  return `CREATE OR REPLACE FUNCTION annals.${quoteName(policy.functionName)}() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $capture$
#variable_conflict use_variable
-- Captures ${policy.schemaName}.${policy.tableName} for Annals. version: ${captureVersion}
DECLARE
  rest record;
  texts pg_catalog.text[];
  settings pg_catalog.text[];
BEGIN
  IF TG_OP OPERATOR(pg_catalog.=) 'UPDATE' THEN
${appendBothSides(policy)}
  ELSIF TG_OP OPERATOR(pg_catalog.=) 'INSERT' THEN
${appendOneSide("I", "new_rows", policy)}
  ELSIF TG_OP OPERATOR(pg_catalog.=) 'DELETE' THEN
${appendOneSide("D", "old_rows", policy)}
  ELSE
    INSERT INTO annals.outbox (op, relation, object_type, context, application, client)
    VALUES ('T', TG_RELID, ${quoteLiteral(policy.objectType)}, ${context});
  END IF;
  RETURN NULL;
END
$capture$`;
}

/** What tells the relay who wrote, where no context does. */
export const context = `pg_catalog.current_setting('annals.context', true),
      pg_catalog.current_setting('application_name', true), pg_catalog.inet_client_addr()`;

// A whole row is named by its alias with a star, or a column of the same name would be taken instead.
const row = '"annals.row"';

const fewRows = (policy: CapturePolicy) => `annals.few_rows(${quoteLiteral(policy.functionName)})`;

/** The first rows of a transition table and one more, as an array: the cheapest way to have them at hand. */
function firstRows(rows: string, policy: CapturePolicy): string {
  return `ARRAY(SELECT COALESCE(${row}.*) FROM ${rows} ${row} LIMIT ${fewRows(policy)} OPERATOR(pg_catalog.+) 1)`;
}

/** Both of these are evaluated when the statement is planned: what differs for another table is not in the plan. */
const mode = (policy: CapturePolicy) => `annals.capture_mode(${policyArguments(policy)})`;
const isDirect = (policy: CapturePolicy) => `annals.is_direct(${mode(policy)})`;

/** Whether the array holds all rows, and they are of a size that can become JSON. */
function isAll(array: string, policy: CapturePolicy): string {
  return `pg_catalog.cardinality(${array}) OPERATOR(pg_catalog.>) 0
        AND pg_catalog.cardinality(${array}) OPERATOR(pg_catalog.<=) ${fewRows(policy)}
        AND ${isSmall(array, policy)}
        AND ${isDirect(policy)}`;
}

/** Not asked where no column can be large. */
function isSmall(array: string, policy: CapturePolicy): string {
  return `(${fewRows(policy)} OPERATOR(pg_catalog.=) 500 OR pg_catalog.pg_column_size(${array}) OPERATOR(pg_catalog.<=) ${shortBytes})`;
}

/** The array as JSON text; apart, where there are types of the host's making. */
function asJson(array: string, policy: CapturePolicy): string {
  return `CASE WHEN pg_catalog.strpos(${mode(policy)}, 'C') OPERATOR(pg_catalog.=) 0
          THEN pg_catalog.array_to_json(s.${array})::pg_catalog.text ELSE annals.apart(s.*, '${array}') END`;
}

function appendOneSide(op: "I" | "D", rows: string, policy: CapturePolicy): string {
  const type = quoteLiteral(policy.objectType);
  return `    INSERT INTO annals.outbox (op, relation, object_type, rows, ${rows}, context, application, client)
    SELECT '${op}', TG_RELID, ${type}, j.n, j.rows, ${context}
    FROM (SELECT pg_catalog.cardinality(s.rows) AS n,
        ${asJson("rows", policy)} AS rows
      FROM (SELECT ${firstRows(rows, policy)} AS rows OFFSET 0) s
      WHERE ${isAll("s.rows", policy)} OFFSET 0) j
    WHERE j.rows IS NOT NULL;
    IF NOT FOUND THEN
      SELECT o.*, ${restOf("o", policy)}
      INTO rest FROM ${sizesOf(rows)} o;
      IF rest.seen OPERATOR(pg_catalog.>) 0 THEN
${longWay(op, policy)}
      END IF;
    END IF;`;
}

/**
 * Both transition tables of a statement are in the same order, so the relay pairs old with new by position. A
 * statement that changed nothing leaves nothing. Where a row that was to move to another partition was not let in
 * there, they are not of one length: then nobody can tell which belong together.
 */
function appendBothSides(policy: CapturePolicy): string {
  const type = quoteLiteral(policy.objectType);
  return `    INSERT INTO annals.outbox (op, relation, object_type, rows, old_rows, new_rows, context, application, client)
    SELECT 'U', TG_RELID, ${type}, j.n, j.old_rows, j.new_rows, ${context}
    FROM (SELECT pg_catalog.cardinality(s.new_rows) AS n,
        ${asJson("old_rows", policy)} AS old_rows,
        ${asJson("new_rows", policy)} AS new_rows
      FROM (SELECT ${firstRows("old_rows", policy)} AS old_rows, ${firstRows("new_rows", policy)} AS new_rows OFFSET 0) s
      WHERE ${isAll("s.new_rows", policy)}
        AND pg_catalog.cardinality(s.old_rows) OPERATOR(pg_catalog.=) pg_catalog.cardinality(s.new_rows)
        AND ${isSmall("s.old_rows", policy)} OFFSET 0) j
    WHERE j.old_rows OPERATOR(pg_catalog.<>) j.new_rows;
    IF NOT FOUND THEN
      SELECT b.seen AS before, b.size AS size_before, n.seen, ${restOf("n", policy, "GREATEST(b.size, n.size)")},
        -- Else the short way has found that nothing changed.
        n.seen OPERATOR(pg_catalog.>) ${fewRows(policy)} OR ${isDirect(policy)} IS NOT TRUE OR pg_catalog.strpos(${mode(policy)}, 'C') OPERATOR(pg_catalog.>) 0
          OR (GREATEST(b.size, n.size) OPERATOR(pg_catalog.+) 64) OPERATOR(pg_catalog.*) (n.seen OPERATOR(pg_catalog.+) 16) OPERATOR(pg_catalog.>) ${shortBytes} AS is_left
      INTO rest FROM ${sizesOf("old_rows")} b, ${sizesOf("new_rows")} n;
      IF rest.before OPERATOR(pg_catalog.<>) rest.seen THEN
${byColumn("D", policy)}
${byColumn("I", policy)}
      ELSIF rest.seen OPERATOR(pg_catalog.>) 0 AND rest.is_left THEN
${longWay("U", policy)}
      END IF;
    END IF;`;
}
