-- $envelope gives the rows; the history has $rows of them. A year ago an import filled a day in the middle of a month.
SELECT e.number AS seq, e.recorded_at, e.tx,
  CASE WHEN e.source <> 'trigger' THEN md5('e' || e.number)::uuid END AS event_id,
  CASE WHEN r.what = 'tenant' THEN 'umbra' ELSE e.tenant_name END AS tenant,
  CASE WHEN e.imported THEN 'job' WHEN r.what = 'actor' THEN 'user' ELSE e.actor_kind END AS actor_kind,
  CASE WHEN e.imported THEN 'job:import' WHEN r.what = 'actor' THEN 'u9999' ELSE e.actor_id END AS actor_id,
  CASE WHEN e.imported THEN 'Import of the old shop' WHEN r.what = 'actor' THEN 'Quirin Xylander' ELSE e.actor_label END AS actor_label,
  e.impersonator_id,
  CASE WHEN e.imported THEN 'claimed' WHEN r.what = 'actor' THEN 'session' ELSE e.attribution END AS attribution,
  CASE WHEN r.what = 'ip' THEN inet '198.51.100.77' ELSE e.ip END AS ip, e.ip_source, e.user_agent, e.session_hash, e.request_id, e.trace_id,
  CASE WHEN r.what = 'module' THEN 'sandbox' WHEN e.imported THEN 'migration' ELSE e.module END AS module,
  e.source, e.db_role, e.application,
  CASE WHEN r.what = 'action' THEN 'PURGE' ELSE e.action END AS action,
  CASE WHEN r.what = 'type' THEN 'legacy_contract' ELSE e.type END AS object_type,
  e.object_number::text AS object_id,
  CASE WHEN r.what = 'word' THEN 'Zephyranthes' WHEN e.named THEN e.first[1 + e.object_number % 40] || ' ' || e.last[1 + e.object_number / 40 % 50]
    ELSE e.prefix || '-' || 2024 + e.object_number % 3 || '-' || lpad(e.object_number::text, 7, '0') END AS object_label,
  CASE
    WHEN e.source <> 'trigger' THEN CASE WHEN e.action IN ('REFUND', 'APPROVE') THEN format('{"amount": {"new": %s.%s}}', e.object_number % 900, e.cents)::jsonb END
    WHEN r.what = 'field' THEN '{"iban": {"old": "DE89 3704 0044 0532 0130 00", "new": "FR14 2004 1010 0505 0001 3M02 606"}}'::jsonb
    WHEN e.action = 'UPDATE' THEN (CASE WHEN e.variant < 45 THEN
        format('{"status": {"old": "%s", "new": "%s"}, "updated_at": {"old": "%sT%s:14:03.%s+00:00", "new": "%sT%s:51:44.%s+00:00"}}',
          e.states[1 + e.cents % 6], e.states[1 + (e.cents + 1) % 6], e.at - e.variant, 10 + e.variant % 14, e.cents, e.at, 10 + e.variant % 14, e.cents)
      WHEN e.variant < 75 THEN
        format('{"total": {"old": %s.%s, "new": %s.%s}, "version": {"old": %s, "new": %s}, "updated_at": {"old": "%sT08:14:03+00:00", "new": "%sT%s:51:44+00:00"}}',
          e.variant * 17, e.cents, e.variant * 19, e.cents, e.variant, e.variant + 1, e.at - e.variant, e.at, 10 + e.variant % 14)
      WHEN e.variant < 90 THEN
        format('{"note": {"old": null, "new": "%s asked to call back on %s, see ticket TCK-%s"}, "assigned_to": {"old": "u%s", "new": "u%s"}}',
          e.first[1 + e.cents % 40], e.at + 3, e.object_number, e.variant, e.cents)
      ELSE format('{"email": {"masked": true}, "phone": {"masked": true}, "street": {"old": "%s street %s", "new": "%s avenue %s"}}',
          e.last[1 + e.cents % 50], e.variant, e.last[1 + e.variant % 50], e.cents) END)::jsonb
    ELSE replace(format('{"id": {"@": %s}, "status": {"@": "%s"}, "total": {"@": %s.%s}, "currency": {"@": "EUR"}, "created_at": {"@": "%sT%s:14:03.%s+00:00"}, "created_by": {"@": "%s"}, "note": {"@": null}}',
      e.object_number, e.states[1 + e.cents % 6], e.variant * 17, e.cents, e.at, 10 + e.variant % 14, e.cents, e.actor_id),
      '@', CASE e.action WHEN 'DELETE' THEN 'old' ELSE 'new' END)::jsonb
  END AS changes,
  CASE WHEN e.source <> 'trigger' THEN CASE WHEN e.action IN ('REFUND', 'APPROVE') THEN '{amount}' ELSE '{}' END::text[]
    WHEN r.what = 'field' THEN '{iban}'::text[]
    WHEN e.action <> 'UPDATE' THEN '{}'::text[]
    WHEN e.variant < 45 THEN '{status,updated_at}'::text[] WHEN e.variant < 75 THEN '{total,version,updated_at}'::text[]
    WHEN e.variant < 90 THEN '{note,assigned_to}'::text[] ELSE '{email,phone,street}'::text[] END AS changed_fields,
  CASE WHEN e.source = 'api' AND e.variant < 25 THEN (ARRAY['Requested by the customer on the phone', 'Chargeback after complaint', 'Goodwill for late delivery',
    'Duplicate entry removed', 'Correction of a typing error', 'Monthly reconciliation with the bank'])[1 + e.variant % 6]
    || ', case ' || e.object_number END AS reason
FROM (
  SELECT x.*,
    CASE WHEN x.action IN ('LOGIN', 'LOGOUT') THEN 'auth' WHEN x.action IN ('CREATE', 'UPDATE', 'DELETE', 'IMPORT') THEN 'trigger' ELSE 'api' END AS source,
    CASE WHEN x.action IN ('LOGIN', 'LOGOUT') THEN 'user' ELSE o.name END AS type, o.prefix, o.named,
    CASE WHEN x.action IN ('LOGIN', 'LOGOUT') THEN 'accounts' ELSE o.module END AS module,
    (1 + CASE WHEN x.bulk THEN (x.number * 7) % x.objects ELSE floor(bench.chance(x.number, 5) ^ 2 * x.objects)::bigint END)::integer AS object_number,
    n.first, n.last, ARRAY['draft', 'open', 'paid', 'shipped', 'closed', 'cancelled'] AS states
  FROM (
    SELECT v.*,
      CASE WHEN v.imported THEN 'IMPORT' WHEN v.bulk THEN 'UPDATE' WHEN v.what < 0.52 THEN 'UPDATE' WHEN v.what < 0.72 THEN 'CREATE'
        WHEN v.what < 0.86 THEN 'VIEW' WHEN v.what < 0.90 THEN 'DELETE' WHEN v.what < 0.92 THEN 'LOGIN' WHEN v.what < 0.935 THEN 'LOGOUT'
        WHEN v.what < 0.96 THEN 'PRINT' WHEN v.what < 0.98 THEN 'APPROVE' WHEN v.what < 0.99 THEN 'EXPORT' ELSE 'REFUND' END AS action
    FROM (
      SELECT w.*, bench.chance(w.number, 8) AS what, greatest($rows / 240, 100)::bigint AS objects,
        floor(bench.chance(w.number, 9) * 100)::integer AS variant, 10 + floor(bench.chance(w.number, 10) * 90)::integer AS cents,
        w.at = w.month + 13 AND w.month = (SELECT h.month FROM bench.hour h ORDER BY h.at LIMIT 1) + interval '11 months'
          AND bench.chance(w.number, 12) < 0.7 AS imported
      FROM envelope w
      OFFSET 0
    ) AS v
    OFFSET 0
  ) AS x
  JOIN bench.object_type o ON o.rank = CASE WHEN x.bulk THEN 1 + x.request % 6 ELSE bench.rank(bench.chance(x.number >> 1, 7), 40) END
  CROSS JOIN bench.name n
  OFFSET 0
) AS e
LEFT JOIN bench.rare r ON r.number = e.number
