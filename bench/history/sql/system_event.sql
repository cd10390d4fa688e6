SELECT e.number AS seq, e.recorded_at, e.tx, md5('e' || e.number)::uuid AS event_id, e.tenant_name AS tenant, e.actor_kind, e.actor_id,
  e.actor_label, e.impersonator_id, e.attribution, e.ip, e.ip_source, e.user_agent, e.session_hash, e.request_id, e.trace_id,
  o.module, 'api' AS source, e.db_role, e.application,
  k.level AS event_type, k.title || ' in ' || o.module AS title,
  CASE WHEN k.level = 'ERROR' THEN 'The request ' || e.request || ' of ' || e.application || ' could not be answered: ' || k.title || '.' END AS description,
  CASE WHEN k.level = 'ERROR' THEN o.name || 's.update' END AS function_name, CASE WHEN k.level = 'ERROR' THEN 10 + o.rank::integer * 7 END AS line_number,
  k.code AS error_code,
  CASE WHEN k.level = 'ERROR' THEN 'Error: ' || k.title || repeat(E'\n    at handle (/srv/shop/dist/' || o.name || '.js:120:17)', 6) END AS stack_trace,
  CASE WHEN k.level IN ('ERROR', 'WARNING') THEN md5(k.title || o.name) END AS fingerprint,
  bench.rank(bench.chance(e.number, 42), 500) AS occurrences, e.recorded_at AS last_seen_at,
  e.resolved, CASE WHEN e.resolved THEN e.recorded_at + interval '5 hours' END AS resolved_at,
  CASE WHEN e.resolved THEN 'u' || bench.rank(bench.chance(e.number, 43), 40) END AS resolved_by,
  CASE WHEN e.resolved AND e.number % 3 = 0 THEN 'Fixed with the next release' END AS resolution_note
FROM (SELECT w.*, bench.chance(w.number, 44) < 0.93 AS resolved FROM envelope w) AS e
JOIN bench.object_type o ON o.rank = bench.rank(bench.chance(e.number, 41), 40)
JOIN (VALUES (1, 'ERROR', 'Connection reset', 'ECONNRESET'), (2, 'WARNING', 'Slow query', '57014'), (3, 'INFO', 'Deployed', NULL),
  (4, 'PERFORMANCE', 'High memory', NULL), (5, 'ERROR', 'Deadlock detected', '40P01'), (6, 'SECURITY', 'Token replayed', 'E_TOKEN'),
  (7, 'MAINTENANCE', 'Vacuum finished', NULL), (8, 'ERROR', 'Unique violation', '23505')) AS k(rank, level, title, code)
  ON k.rank = bench.rank(bench.chance(e.number, 45), 8)
