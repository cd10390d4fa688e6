// For the tests of this room: a record with months that are over, filed as events are.
import type postgres from "postgres";

/** Files `count` events into each month of the audit log, the system events and the logins, and settles them. */
export async function fillMonths(sql: postgres.Sql, months: readonly string[], count = 40): Promise<void> {
  await sql`INSERT INTO annals.outbox (recorded_at, op, object_type, new_rows, context)
    SELECT (m || '-03T10:00:00.000001Z')::timestamptz + i * interval '7 hours 3 minutes', 'E', k.kind,
      replace(k.event, '#', i::text),
      json_build_object('actor_kind', 'user', 'actor_id', (i % 3)::text, 'ip', '203.0.113.' || i % 200, 'tenant', 'acme')
    FROM unnest(${[...months]}::text[]) AS m, generate_series(1, ${count}::int) AS i, (VALUES
      ('audit', '{"action": "UPDATE", "object_type": "order", "object_id": "#", "changes": {"a\u2028b": {"old": 12345678901234567890.10, "new": "é\\n#"}}}'),
      ('logins', '{"status": "FAILED", "username": "ada", "failure_reason": "bad_password"}'),
      ('exports', '{"export_type": "orders", "columns": ["a", "b"], "filters_applied": {"x": 1.50}}'),
      ('events', '{"event_type": "ERROR", "title": "boom #"}')) AS k(kind, event)
    ORDER BY m, i, k.kind`;
  await relay(sql);
  for (const record of ["audit_log", "login_attempt", "data_export", "system_event"]) {
    await sql`SELECT annals.settle_strays(${record})`;
  }
}

export async function relay(sql: postgres.Sql): Promise<void> {
  while (Number((await sql`SELECT annals.relay(5000)::int AS taken`)[0]?.taken) > 0);
}
