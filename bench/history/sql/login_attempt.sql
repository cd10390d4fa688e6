-- For three days of a month an attacker tries names that nobody has.
SELECT e.number AS seq, e.recorded_at, e.tx, md5('e' || e.number)::uuid AS event_id, e.tenant_name AS tenant,
  CASE WHEN e.status = 'SUCCESS' THEN 'user' ELSE 'anonymous' END AS actor_kind,
  CASE WHEN e.status = 'SUCCESS' THEN 'u' || e.someone ELSE '' END AS actor_id,
  CASE WHEN e.status = 'SUCCESS' THEN p.label ELSE '' END AS actor_label, NULL::text AS impersonator_id,
  CASE WHEN e.status = 'SUCCESS' THEN 'session' ELSE 'none' END AS attribution,
  CASE WHEN e.attack THEN inet '185.220.101.0' + e.number % 200 WHEN e.unknown THEN inet '45.0.0.0' + (e.number * 7919) % 16777216
    ELSE p.ip + e.number % 12 END AS ip,
  'forwarded' AS ip_source, CASE WHEN e.attack THEN 'python-requests/2.31.0' ELSE p.user_agent END AS user_agent,
  CASE WHEN e.status = 'SUCCESS' THEN md5(e.someone || ' ' || e.at) END AS session_hash,
  md5('l' || e.number)::uuid::text AS request_id, NULL::text AS trace_id, '' AS module, 'auth' AS source, 'shop' AS db_role,
  'shop api' AS application,
  CASE WHEN e.attack THEN 'user' || e.number * 31 % 5000 WHEN e.unknown THEN (ARRAY['admin', 'root', 'test', 'info', 'oracle', 'sales'])[bench.rank(bench.chance(e.number, 23), 6)]
    ELSE p.username END AS username,
  e.status, CASE WHEN e.status = 'BLOCKED' THEN 'locked' WHEN e.attack OR e.unknown THEN 'unknown_user'
    WHEN e.status = 'FAILED' THEN (ARRAY['bad_password', 'mfa_failed', 'expired', 'disabled', 'provider_error', 'other'])[bench.rank(bench.chance(e.number, 24), 6)] END AS failure_reason,
  CASE WHEN e.attack THEN 'RU' ELSE p.country END AS country, CASE WHEN NOT e.attack THEN 'City of ' || p.country || p.rank % 30 END AS city
FROM (
  SELECT v.*, CASE WHEN v.attack OR v.unknown THEN 'FAILED' WHEN v.luck < 0.9 THEN 'SUCCESS' WHEN v.luck < 0.985 THEN 'FAILED' ELSE 'BLOCKED' END AS status
  FROM (
    SELECT w.*, bench.chance(w.number, 21) AS luck, bench.chance(w.number, 22) < 0.05 AS unknown,
      bench.rank(bench.chance(w.number, 1), 2000) AS someone,
      w.at BETWEEN w.month + 9 AND w.month + 11 AND extract(month FROM w.month) = 3 AND bench.chance(w.number, 25) < 0.6 AS attack
    FROM envelope w
    OFFSET 0
  ) AS v
  OFFSET 0
) AS e
JOIN bench.person p ON p.rank = e.someone
