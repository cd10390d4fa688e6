-- From an event (`e`) and its person (`p`, if any) to the columns that all records begin with. Text for a CTE.
SELECT e.*, e.number AS seq, (e.request + 1000)::text::xid8 AS tx,
  CASE e.actor_kind WHEN 'system' THEN '' ELSE coalesce(p.tenant, t.name) END AS tenant_name,
  CASE e.actor_kind WHEN 'user' THEN p.id WHEN 'job' THEN 'job:' || j.name WHEN 'service' THEN 'svc:' || s.name ELSE '' END AS actor_id,
  CASE e.actor_kind WHEN 'user' THEN p.label WHEN 'job' THEN j.label WHEN 'service' THEN s.label
    WHEN 'system' THEN 'shop_admin' ELSE '' END AS actor_label,
  CASE WHEN e.actor_kind = 'user' AND e.request % 331 = 0 THEN 'u7' END AS impersonator_id,
  CASE e.actor_kind WHEN 'user' THEN CASE WHEN e.who < 0.76 THEN 'session' ELSE 'token' END WHEN 'job' THEN 'claimed' WHEN 'service' THEN 'token'
    WHEN 'system' THEN 'database_role' ELSE 'none' END AS attribution,
  CASE e.actor_kind WHEN 'user' THEN p.ip + e.request % 12 WHEN 'job' THEN inet '10.0.4.0' + e.helper WHEN 'service' THEN inet '10.0.5.0' + e.helper
    WHEN 'system' THEN inet '10.0.9.9' END AS ip,
  CASE WHEN e.actor_kind = 'system' THEN 'connection' WHEN e.actor_kind <> 'anonymous' THEN 'forwarded' END AS ip_source,
  CASE WHEN e.actor_kind = 'user' THEN p.user_agent WHEN e.actor_kind = 'service' THEN 'shop-sync/2.4 (+https://example.com/bots)' END AS user_agent,
  -- A session lasts a day.
  CASE WHEN e.actor_kind = 'user' AND e.who < 0.76 THEN md5(p.rank || ' ' || e.at) END AS session_hash,
  CASE WHEN e.actor_kind IN ('user', 'service', 'anonymous') THEN md5(e.request::text)::uuid::text END AS request_id,
  CASE WHEN e.actor_kind IN ('user', 'service') AND e.request % 2 = 0 THEN md5('t' || e.request) END AS trace_id,
  CASE e.actor_kind WHEN 'system' THEN 'shop_admin' ELSE 'shop' END AS db_role,
  CASE e.actor_kind WHEN 'system' THEN 'psql' WHEN 'job' THEN 'shop jobs' ELSE 'shop api' END AS application
FROM event e
LEFT JOIN bench.person p ON p.rank = e.person
JOIN bench.tenant t ON t.rank = e.tenant
JOIN (VALUES (1, 'billing', 'Nightly billing'), (2, 'stock', 'Stock sync'), (3, 'prices', 'Price update'), (4, 'mail', 'Mailing'),
  (5, 'clean', 'Clean-up'), (6, 'reports', 'Reports'), (7, 'export', 'Data warehouse'), (8, 'fx', 'Exchange rates')) AS j(rank, name, label)
  ON j.rank = e.helper
JOIN (VALUES (1, 'storefront', 'Storefront'), (2, 'erp', 'ERP connector'), (3, 'carrier', 'Carrier API'), (4, 'psp', 'Payment provider'),
  (5, 'search', 'Search'), (6, 'crm', 'CRM connector'), (7, 'bi', 'BI'), (8, 'mobile', 'Mobile app')) AS s(rank, name, label)
  ON s.rank = e.helper
OFFSET 0
