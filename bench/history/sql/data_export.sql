SELECT e.number AS seq, e.recorded_at, e.tx, md5('e' || e.number)::uuid AS event_id, e.tenant_name AS tenant, e.actor_kind, e.actor_id,
  e.actor_label, e.impersonator_id, e.attribution, e.ip, e.ip_source, e.user_agent, e.session_hash, e.request_id, e.trace_id,
  o.module, 'api' AS source, e.db_role, e.application, o.name || 's' AS export_type,
  (ARRAY['csv', 'xlsx', 'jsonl', 'pdf'])[bench.rank(bench.chance(e.number, 32), 4)] AS file_format,
  floor(10 / (bench.chance(e.number, 33) + 0.0001))::bigint AS record_count, floor(2000 / (bench.chance(e.number, 33) + 0.0001))::bigint AS file_size,
  format('{"status": "open", "from": "%s", "to": "%s"}', e.at - 30, e.at)::jsonb AS filters_applied,
  '/exports/' || to_char(e.at, 'YYYY/MM') || '/' || o.name || 's-' || e.number || '.csv' AS file_path,
  '{id,status,total,created_at}'::text[] AS columns, md5('a' || e.number) || md5('b' || e.number) AS sha256,
  CASE WHEN bench.chance(e.number, 34) < 0.96 THEN 'completed' WHEN bench.chance(e.number, 34) < 0.99 THEN 'failed' ELSE 'started' END AS status,
  bench.rank(bench.chance(e.number, 35), 8) - 1 AS download_count
FROM envelope e
JOIN bench.object_type o ON o.rank = bench.rank(bench.chance(e.number, 31), 20)
