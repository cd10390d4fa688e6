import type postgres from "postgres";

type Row = Record<string, unknown> & { recorded_at: string };
export type RecordName = "audit_log" | "login_attempt" | "data_export" | "system_event";

const envelope = {
  tx: "1",
  tenant: "",
  actor_kind: "user",
  actor_id: "",
  actor_label: "",
  attribution: "session",
  module: "",
  source: "api",
  db_role: "test",
};

const own: Record<RecordName, Record<string, unknown>> = {
  audit_log: { action: "UPDATE", object_type: "", object_id: "", object_label: "", changed_fields: [] },
  login_attempt: { username: "", status: "SUCCESS" },
  data_export: { export_type: "", file_format: "", status: "completed", download_count: 0 },
  system_event: { event_type: "INFO", title: "test", occurrences: 1, resolved: false },
};

/**
 * Puts rows of any time straight into a record, as the relay would have: numbered on from the head, in their
 * order, with their months, segments and the new head. Needs a superuser, since it takes the guards off for
 * that one transaction. `changes` and the like are given as values, not as JSON text.
 *
 * @returns the number of the first row
 */
export async function fillRecords(
  sql: postgres.Sql,
  record: RecordName,
  rows: readonly Row[],
): Promise<bigint> {
  return sql.begin(async (tx) => {
    const guarded = [record, "segment", "head"];
    for (const table of guarded) await tx.unsafe(`ALTER TABLE annals.${table} DISABLE TRIGGER annals_guard`);
    for (const month of new Set(rows.map((row) => monthOf(row.recorded_at))))
      await makePartition(tx, record, month);
    const [head] = await tx`SELECT seq FROM annals.head FOR UPDATE`;
    const first = BigInt(head?.seq) + 1n;
    const whole = rows.map((row, at) => ({
      ...envelope,
      ...own[record],
      ...row,
      seq: String(first + BigInt(at)),
    }));
    await tx.unsafe(
      `INSERT INTO annals.${record} SELECT * FROM json_populate_recordset(NULL::annals.${record}, $1::text::json)`,
      [JSON.stringify(whole)],
    );
    await tx`
      INSERT INTO annals.segment AS g (record, month, from_seq, to_seq, from_at, to_at, rows)
      SELECT ${record}, date_trunc('month', r.recorded_at AT TIME ZONE 'UTC')::date,
        min(r.seq), max(r.seq), min(r.recorded_at), max(r.recorded_at), count(*)
      FROM json_to_recordset(${JSON.stringify(whole)}::text::json) AS r (seq bigint, recorded_at timestamptz)
      GROUP BY 2
      ON CONFLICT (record, month) DO UPDATE SET
        from_seq = least(g.from_seq, excluded.from_seq), to_seq = greatest(g.to_seq, excluded.to_seq),
        from_at = least(g.from_at, excluded.from_at), to_at = greatest(g.to_at, excluded.to_at),
        rows = g.rows + excluded.rows`;
    await tx`UPDATE annals.head SET seq = ${String(first + BigInt(rows.length) - 1n)}`;
    for (const table of guarded)
      await tx.unsafe(`ALTER TABLE annals.${table} ENABLE ALWAYS TRIGGER annals_guard`);
    return first;
  }) as Promise<bigint>;
}

function monthOf(at: string): string {
  return new Date(at).toISOString().slice(0, 7);
}

async function makePartition(tx: postgres.TransactionSql, record: RecordName, month: string): Promise<void> {
  const name = `annals.${record}_${month.replace("-", "")}`;
  const [found] = await tx`SELECT to_regclass(${name}) AS name`;
  if (found?.name) return;
  await tx.unsafe(
    `CREATE TABLE ${name} PARTITION OF annals.${record} FOR VALUES FROM ('${month}-01Z')
     TO (('${month}-01'::date + interval '1 month') AT TIME ZONE 'UTC')`,
  );
  await tx.unsafe(`GRANT SELECT ON ${name} TO annals_reader`);
}
