import { byColumn, longWay, restOf, sizesOf } from "./capture-long-way.ts";
import { appendMany } from "./capture-many-rows.ts";
import { context, jsonBytes, row } from "./capture-parts.ts";
import { type CapturePolicy, policyArguments } from "./policy.ts";
import { quoteLiteral, quoteName } from "./quote.ts";

/** Raise it when the text below changes: `check` then asks for `annals migrate`, which replaces the functions. */
const captureVersion = 4;

/**
 * The trigger function of one tracked table, as SQL. One function serves insert, update, delete and truncate.
 *
 * No column of the table is named, so no change of the table can break it. Every name and operator is
 * qualified, so that it needs no `SET search_path` clause (about 2 µs a statement). The first way, one INSERT that
 * asks for nothing it does not need, is for one row of a table without hidden columns: most statements write one.
 * What there was instead is asked when it appended nothing. All of this runs as the role that may append to the
 * outbox, so no code of the host's may run in it: rows with types of the host's making go through `annals.apart`
 * or `annals.as_json`.
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

/** The first two rows of a transition table as an array: the cheapest way to have one at hand and to know it is alone. */
const firstRows = (rows: string) => `ARRAY(SELECT COALESCE(${row}.*) FROM ${rows} ${row} LIMIT 2)`;
const isOne = (rows: string) => `pg_catalog.cardinality(${rows}) OPERATOR(pg_catalog.=) 1`;
const isShort = `pg_catalog.pg_column_size(s.*) OPERATOR(pg_catalog.<=) ${jsonBytes}`;

/** All of these are evaluated when the statement is planned: what differs for another table is not in the plan. */
const mode = (policy: CapturePolicy) => `annals.capture_mode(${policyArguments(policy)})`;
const isDirect = (policy: CapturePolicy) => `annals.is_direct(${mode(policy)})`;
const isApart = (policy: CapturePolicy) => `pg_catalog.strpos(${mode(policy)}, 'C') OPERATOR(pg_catalog.>) 0`;

/** The one row as JSON text; apart, where there are types of the host's making. */
const asJson = (rows: string, policy: CapturePolicy) =>
  `CASE WHEN ${isApart(policy)} THEN annals.apart(${rows}[1]) ELSE pg_catalog.array_to_json(${rows})::pg_catalog.text END`;

function appendOneSide(op: "I" | "D", rows: "new_rows" | "old_rows", policy: CapturePolicy): string {
  return `    INSERT INTO annals.outbox (op, relation, object_type, ${rows}, context, application, client)
    SELECT '${op}', TG_RELID, ${quoteLiteral(policy.objectType)}, j.json, ${context}
    FROM (SELECT ${asJson("s.rows", policy)} AS json FROM (SELECT ${firstRows(rows)} AS rows OFFSET 0) s
      WHERE ${isOne("s.rows")} AND ${isDirect(policy)} AND ${isShort} OFFSET 0) j
    WHERE j.json IS NOT NULL;
    IF NOT FOUND THEN
      SELECT o.seen, ${restOf("o.size", policy)},
        ${isMany("o.size", policy)} AS is_many
      INTO rest FROM ${sizesOf(rows)} o;
      IF rest.is_many THEN
${appendMany(op, policy)}
      ELSIF rest.seen OPERATOR(pg_catalog.>) 0 THEN
${longWay(op, policy)}
      END IF;
    END IF;`;
}

/**
 * Whether rows become JSON as they would in every other session, the largest of that size. Less than the first way
 * takes, where arrays around a row count (about 100 bytes): a single row that was left for its size goes the long way.
 */
function isMany(size: string, policy: CapturePolicy): string {
  return `${isDirect(policy)} AND NOT ${isApart(policy)} AND ${size} OPERATOR(pg_catalog.<=) ${jsonBytes - 1024}`;
}

/**
 * Both transition tables of a statement are in the same order, so the relay pairs old with new by position. A
 * statement that changed nothing leaves nothing. Where a row that was to move to another partition was not let in
 * there, they are not of one length: then nobody can tell which belong together.
 */
function appendBothSides(policy: CapturePolicy): string {
  const size = "GREATEST(b.size, n.size)";
  return `    INSERT INTO annals.outbox (op, relation, object_type, old_rows, new_rows, context, application, client)
    SELECT 'U', TG_RELID, ${quoteLiteral(policy.objectType)}, j.before, j.after, ${context}
    FROM (SELECT ${asJson("s.before", policy)} AS before, ${asJson("s.after", policy)} AS after
      FROM (SELECT ${firstRows("old_rows")} AS before, ${firstRows("new_rows")} AS after OFFSET 0) s
      WHERE ${isOne("s.before")} AND ${isOne("s.after")} AND ${isDirect(policy)} AND ${isShort} OFFSET 0) j
    WHERE j.before OPERATOR(pg_catalog.<>) j.after;
    IF NOT FOUND THEN
      SELECT b.seen AS before, n.seen, ${restOf(size, policy)},
        ${isMany("b.size OPERATOR(pg_catalog.+) n.size", policy)} AS is_many
      INTO rest FROM ${sizesOf("old_rows")} b, ${sizesOf("new_rows")} n;
      IF rest.before OPERATOR(pg_catalog.<>) rest.seen THEN
${byColumn("D", policy)}
${byColumn("I", policy)}
      ELSIF rest.is_many THEN
        -- Of a single row the first way has found that it did not change.
        IF rest.seen OPERATOR(pg_catalog.>) 1 THEN
${appendMany("U", policy)}
        END IF;
      ELSIF rest.seen OPERATOR(pg_catalog.>) 0 THEN
${longWay("U", policy)}
      END IF;
    END IF;`;
}
