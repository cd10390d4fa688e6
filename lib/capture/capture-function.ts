import { type CapturePolicy, textArray } from "./policy.ts";
import { quoteLiteral, quoteName } from "./quote.ts";

/** Raise it when the text below changes: `check` then asks for `annals migrate`, which replaces the functions. */
const captureVersion = 1;

/** How many rows of a statement one row of the outbox takes. */
const chunkSize = 500;

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

/** What tells the relay who wrote, where no context does. */
const context = `pg_catalog.current_setting('annals.context', true),
      pg_catalog.current_setting('application_name', true), pg_catalog.inet_client_addr()`;

// A whole row is named by its alias, and a column of the same name would be taken instead.
const row = '"annals.row"';

/**
 * JSON text of rows: `plain`, or where columns of the table are hidden `guard` around each row without them.
 * Which of the two is decided when the statement is planned.
 */
function jsonText(
  policy: CapturePolicy,
  whole: string,
  plain: string,
  guard: (row: string) => string,
): string {
  const { masked, revealed, ignored, columns } = policy;
  const known = textArray(columns.map(({ name }) => name));
  const hidden = `annals.hidden_columns(${quoteLiteral(policy.schemaName)}, ${quoteLiteral(policy.tableName)},
          ${textArray(masked)}, ${textArray(revealed)}, ${known})`;
  const guarded = guard(`annals.without_secrets(pg_catalog.to_jsonb(${whole}), ${hidden},
          ${textArray(ignored)}, annals.mask_key(), ${textArray(masked)}, ${textArray(revealed)}, ${known})`);
  if (ignored.length > 0 || masked.length > 0) return `${guarded}::pg_catalog.text`;
  return `CASE WHEN pg_catalog.cardinality(${hidden}) OPERATOR(pg_catalog.=) 0
        THEN ${plain}::pg_catalog.text
        ELSE ${guarded}::pg_catalog.text END`;
}

/** Up to 500 rows of a transition table and one more, as an array: the cheapest way to have them at hand. */
function firstRows(rows: string): string {
  return `ARRAY(SELECT ${row} FROM ${rows} ${row} LIMIT ${chunkSize + 1})`;
}

/** The rows of that array, which are all of the table's, as JSON text. */
function firstRowsAsJson(array: string, rows: string, policy: CapturePolicy): string {
  return jsonText(
    policy,
    row,
    `pg_catalog.array_to_json(${array})`,
    (guarded) => `(SELECT pg_catalog.jsonb_agg(${guarded}) FROM ${rows} ${row})`,
  );
}

/** The rows of a transition table with the number of their chunk of 500. */
function chunks(rows: string): string {
  return `(SELECT ${row}, (pg_catalog.row_number() OVER () OPERATOR(pg_catalog.-) 1) OPERATOR(pg_catalog./) ${chunkSize} AS chunk FROM ${rows} ${row}) s`;
}

/** The rows of one such chunk as JSON text. */
function chunkAsJson(policy: CapturePolicy): string {
  const whole = `s.${row}`;
  return jsonText(
    policy,
    whole,
    `pg_catalog.json_agg(${whole})`,
    (guarded) => `pg_catalog.jsonb_agg(${guarded})`,
  );
}

/** Runs `statement` when the one before it appended nothing because there were too many rows. */
function ifMany(rows: string, statement: string): string {
  return `    IF NOT FOUND THEN
      IF EXISTS (SELECT FROM ${rows} OFFSET ${chunkSize}) THEN
${statement}
      END IF;
    END IF;`;
}

function isFew(array: string): string {
  return `pg_catalog.cardinality(${array}) OPERATOR(pg_catalog.>) 0
      AND pg_catalog.cardinality(${array}) OPERATOR(pg_catalog.<=) ${chunkSize}`;
}

function appendOneSide(op: "I" | "D", type: string, rows: string, policy: CapturePolicy): string {
  const target = `INSERT INTO annals.outbox (op, relation, object_type, rows, ${rows}, context, application, client)`;
  return `    ${target}
    SELECT '${op}', TG_RELID, ${type}, pg_catalog.cardinality(s.rows), ${firstRowsAsJson("s.rows", rows, policy)}, ${context}
    FROM (SELECT ${firstRows(rows)} AS rows OFFSET 0) s
    WHERE ${isFew("s.rows")};
${ifMany(
  rows,
  `        ${target}
        SELECT '${op}', TG_RELID, ${type}, pg_catalog.count(*), ${chunkAsJson(policy)}, ${context}
        FROM ${chunks(rows)}
        GROUP BY s.chunk ORDER BY s.chunk;`,
)}`;
}

/**
 * Both transition tables of a statement are in the same order, so the relay pairs old with new by position. A
 * statement that changed nothing leaves nothing.
 */
function appendBothSides(type: string, policy: CapturePolicy): string {
  const target =
    "INSERT INTO annals.outbox (op, relation, object_type, rows, old_rows, new_rows, context, application, client)";
  return `    ${target}
    SELECT 'U', TG_RELID, ${type}, j.n, j.old_rows, j.new_rows, ${context}
    FROM (SELECT pg_catalog.cardinality(s.new_rows) AS n,
        ${firstRowsAsJson("s.old_rows", "old_rows", policy)} AS old_rows,
        ${firstRowsAsJson("s.new_rows", "new_rows", policy)} AS new_rows
      FROM (SELECT ${firstRows("old_rows")} AS old_rows, ${firstRows("new_rows")} AS new_rows OFFSET 0) s
      WHERE ${isFew("s.new_rows")} OFFSET 0) j
    WHERE j.old_rows OPERATOR(pg_catalog.<>) j.new_rows;
${ifMany(
  "new_rows",
  `        ${target}
        SELECT 'U', TG_RELID, ${type}, n.n, o.rows, n.rows, ${context}
        FROM (SELECT s.chunk, ${chunkAsJson(policy)} AS rows FROM ${chunks("old_rows")} GROUP BY s.chunk) o
        JOIN (SELECT s.chunk, pg_catalog.count(*) AS n, ${chunkAsJson(policy)} AS rows FROM ${chunks("new_rows")} GROUP BY s.chunk) n
          ON n.chunk OPERATOR(pg_catalog.=) o.chunk
        WHERE o.rows OPERATOR(pg_catalog.<>) n.rows
        ORDER BY n.chunk;`,
)}`;
}
