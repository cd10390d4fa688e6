import { context, jsonBytes, numbered, type Op, outboxOfMany, row } from "./capture-parts.ts";
import { type CapturePolicy, hidingArguments, policyArguments } from "./policy.ts";
import { quoteLiteral } from "./quote.ts";

/** A value of more bytes is recorded by its size and hash. */
const largeBytes = 32 * 1024 * 1024;

/** The transition tables of each operation, and what `annals.as_json` calls them. */
const sides: Record<Op, { table: string; rows: string; kept: string }[]> = {
  I: [{ table: "new_rows", rows: "rows", kept: "kept" }],
  D: [{ table: "old_rows", rows: "rows", kept: "kept" }],
  U: [
    { table: "old_rows", rows: "old_rows", kept: "old_kept" },
    { table: "new_rows", rows: "new_rows", kept: "new_kept" },
  ],
};

/** What goes into `old_rows` and `new_rows` of the outbox. */
const texts: Record<Op, string> = {
  I: "NULL, texts[1]",
  D: "texts[1], NULL",
  U: "texts[1], texts[2]",
};

/** How many rows a transition table has, and how large the largest is. */
export function sizesOf(rows: string): string {
  return `(SELECT pg_catalog.count(*) AS seen, pg_catalog.max(pg_catalog.pg_column_size(${row}.*)) AS size FROM ${rows} ${row})`;
}

/**
 * What else the long way has to know, as columns: how many rows go together, and how they become JSON. Part of a
 * query over the transition tables, which is what makes PostgreSQL plan it again after any ALTER of the table.
 */
export function restOf(size: string, policy: CapturePolicy): string {
  const plan = `annals.capture_plan(${policyArguments(policy)})`;
  return `${size} AS widest,
        LEAST(annals.most_rows(${quoteLiteral(policy.functionName)}), GREATEST(1, ${jsonBytes} OPERATOR(pg_catalog./) ${size})) AS chunk,
        ${plan} AS plan, (${plan} OPERATOR(pg_catalog.->>) 'blank')::pg_catalog.json AS blank, (${plan} OPERATOR(pg_catalog.->>) 'keep')::pg_catalog.json AS keep`;
}

/**
 * Appends a statement's rows where they are large, have hidden columns or types of the host's making, or would not
 * read the same in every session. What is known of them is in `rest`. One chunk goes without a block that catches
 * errors, which would cost each such statement a transaction number; many go in one.
 */
export function longWay(op: Op, policy: CapturePolicy): string {
  return `        IF (rest.plan OPERATOR(pg_catalog.->>) 'by_column')::pg_catalog.bool OR rest.widest OPERATOR(pg_catalog.>) ${largeBytes} THEN
          NULL;
        ELSIF rest.seen OPERATOR(pg_catalog.<=) rest.chunk THEN
          SELECT annals.as_json('${op}', s.*, rest.plan) INTO texts
          FROM (SELECT ${sides[op].map(oneChunk).join(",\n            ")}) s;
          IF texts IS NOT NULL THEN
            ${op === "U" ? "IF texts[1] OPERATOR(pg_catalog.<>) texts[2] THEN\n            " : ""}${outboxOfMany}
            VALUES ('${op}', TG_RELID, ${quoteLiteral(policy.objectType)}, rest.seen, ${texts[op]}, ${context});${op === "U" ? "\n            END IF;" : ""}
            RETURN NULL;
          END IF;
        ELSE
          BEGIN
            ${outboxOfMany}
            SELECT '${op}', TG_RELID, ${quoteLiteral(policy.objectType)}, c.n, ${texts[op].replaceAll("texts", "c.texts")}, ${context}
            FROM (SELECT s.chunk, s.n, annals.converted(annals.as_json('${op}', s.*, rest.plan)) AS texts FROM ${manyChunks(op)} s OFFSET 0) c
            ${op === "U" ? "WHERE c.texts[1] OPERATOR(pg_catalog.<>) c.texts[2]\n            " : ""}ORDER BY c.chunk;
            RETURN NULL;
          EXCEPTION WHEN OTHERS THEN
            NULL;
          END;
        END IF;
${byColumn(op, policy)}
        -- Planned when this session could not see the table as it is: now that it can, the next statement plans anew.
        IF (rest.plan OPERATOR(pg_catalog.->>) 'is_stale')::pg_catalog.bool AND NOT annals.capture_stale(ARRAY[TG_RELID]) THEN
          DISCARD PLANS;
        END IF;`;
}

/** Appends them column by column, the way that always does, for rows of which nothing is known. */
export function byColumn(op: Op, policy: CapturePolicy): string {
  const run = (large: number, hashed: boolean) =>
    `EXECUTE annals.by_column('${op}', TG_RELID, ${hidingArguments(policy)}, rest.chunk, ${large}, ${hashed})
            USING TG_RELID, ${quoteLiteral(policy.objectType)}, ${context};`;
  return `        BEGIN
          settings := annals.pin_settings();
          ${run(largeBytes, true)}
          PERFORM annals.restore_settings(settings);
        EXCEPTION WHEN OTHERS THEN
          settings := annals.pin_settings();
          ${run(1000, false)}
          PERFORM annals.restore_settings(settings);
        END;`;
}

/** A row with its hidden columns emptied, and one with all others emptied. */
const shown = (whole: string) => `pg_catalog.json_populate_record(${whole}, rest.blank)`;
const kept = (whole: string) => `pg_catalog.json_populate_record(${whole}, rest.keep)`;

function oneChunk({ table, rows, kept: keptRows }: (typeof sides)[Op][number]): string {
  return `ARRAY(SELECT ${shown(`${row}.*`)} FROM ${table} ${row}) AS ${rows},
            ARRAY(SELECT ${kept(`${row}.*`)} FROM ${table} ${row} WHERE rest.keep IS NOT NULL) AS ${keptRows}`;
}

/** Both sides by their position in one pass, so that no more than a chunk of either is in memory. */
function manyChunks(op: Op): string {
  const [first, second] = sides[op].map(({ table, rows, kept: keptRows }) => {
    return `(SELECT g.n OPERATOR(pg_catalog./) rest.chunk AS chunk, pg_catalog.count(*) AS n,
              pg_catalog.array_agg(${shown("g.whole")} ORDER BY g.n) AS ${rows},
              pg_catalog.array_agg(${kept("g.whole")} ORDER BY g.n) FILTER (WHERE rest.keep IS NOT NULL) AS ${keptRows}
              FROM (${numbered(table)}) g GROUP BY 1)`;
  });
  if (!second) return first ?? "";
  return `(SELECT n.chunk, n.n, o.old_rows, o.old_kept, n.new_rows, n.new_kept
              FROM ${first} o JOIN ${second} n ON n.chunk OPERATOR(pg_catalog.=) o.chunk)`;
}
