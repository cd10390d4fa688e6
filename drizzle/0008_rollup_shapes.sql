-- Fewer cells, and smaller ones: what is counted by a tenant has the tenant first, so that one shape answers for
-- the tenant alone beside each of its columns, and whoever is confined to a tenant reads no other's cells. Names,
-- addresses and actors of the smaller records are not counted by tenant any more: nearly every such cell held one
-- event and took as much room as a row. New are actions by source and by attribution.
--
-- What there is already is turned round; only the new shape is counted from the records. The relay waits meanwhile.
LOCK TABLE annals.relay_turn IN SHARE UPDATE EXCLUSIVE MODE;

-- The guard lets only functions of Annals write; there is none yet where all migrations are new.
DO $$
DECLARE
  t regclass;
BEGIN
  FOR t IN SELECT tgrelid FROM pg_trigger
    WHERE tgname = 'annals_guard'
      AND tgrelid IN ('annals.rollup_shape'::regclass, 'annals.rollup_day'::regclass, 'annals.rollup_month'::regclass)
  LOOP
    EXECUTE format('ALTER TABLE %s DISABLE TRIGGER annals_guard', t);
  END LOOP;
END
$$;

INSERT INTO annals.rollup_shape (shape, record, columns) VALUES
  (109, 'audit_log', '{action,source,attribution}'),
  (121, 'audit_log', '{tenant,module}'),
  (122, 'audit_log', '{tenant,actor_id}'),
  (123, 'audit_log', '{tenant,action,object_type}'),
  (221, 'login_attempt', '{tenant,country}'),
  (222, 'login_attempt', '{tenant,status,failure_reason}'),
  (321, 'data_export', '{tenant,module}'),
  (322, 'data_export', '{tenant,export_type,file_format}'),
  (421, 'system_event', '{tenant,error_code}'),
  (422, 'system_event', '{tenant,event_type,module}');

INSERT INTO annals.rollup_day (shape, day, n, a, b, c, quarters)
SELECT t.shape, d.day, d.n, CASE t.width WHEN 3 THEN d.c ELSE d.b END, d.a, CASE t.width WHEN 3 THEN d.b ELSE '' END, d.quarters
FROM (VALUES (113, 121, 2), (114, 122, 2), (115, 123, 3), (214, 221, 2), (216, 222, 3), (313, 321, 2), (315, 322, 3),
  (413, 421, 2), (415, 422, 3)) AS t (before, shape, width)
JOIN annals.rollup_day d ON d.shape = t.before
ORDER BY 1, 2, 4, 5, 6;

INSERT INTO annals.rollup_month (shape, month, n, a, b, c)
SELECT t.shape, m.month, m.n, CASE t.width WHEN 3 THEN m.c ELSE m.b END, m.a, CASE t.width WHEN 3 THEN m.b ELSE '' END
FROM (VALUES (113, 121, 2), (114, 122, 2), (115, 123, 3), (214, 221, 2), (216, 222, 3), (313, 321, 2), (315, 322, 3),
  (413, 421, 2), (415, 422, 3)) AS t (before, shape, width)
JOIN annals.rollup_month m ON m.shape = t.before
ORDER BY 1, 2, 4, 5, 6;

DELETE FROM annals.rollup_day WHERE shape BETWEEN 111 AND 115 OR shape BETWEEN 211 AND 216
  OR shape BETWEEN 311 AND 315 OR shape BETWEEN 411 AND 415;
DELETE FROM annals.rollup_month WHERE shape BETWEEN 111 AND 115 OR shape BETWEEN 211 AND 216
  OR shape BETWEEN 311 AND 315 OR shape BETWEEN 411 AND 415;
DELETE FROM annals.rollup_shape WHERE shape BETWEEN 111 AND 115 OR shape BETWEEN 211 AND 216
  OR shape BETWEEN 311 AND 315 OR shape BETWEEN 411 AND 415;
COMMENT ON TABLE annals.rollup_shape IS
  'A tenant stands first, and beside other columns only rows of a tenant are counted. Columns that change (resolved, status of exports) are not counted.';

INSERT INTO annals.rollup_day (shape, day, n, a, b, c, quarters)
SELECT 109, date '1970-01-01' + floor(g.slot / 96.0)::integer, sum(g.n)::integer, g.action, g.source, g.attribution,
  array_agg(96 * g.n + g.slot - 96 * floor(g.slot / 96.0)::integer ORDER BY g.slot)
FROM (
  SELECT floor(date_part('epoch', e.recorded_at) / 900)::integer AS slot, coalesce(e.action, '') AS action,
    coalesce(e.source, '') AS source, coalesce(e.attribution, '') AS attribution, count(*) AS n
  FROM annals.audit_log e
  WHERE e.seq <= (SELECT h.counted_seq FROM annals.rollup_head h)
  GROUP BY 1, 2, 3, 4
) AS g
GROUP BY 2, 4, 5, 6 ORDER BY 2, 4, 5, 6;

INSERT INTO annals.rollup_month (shape, month, n, a, b, c)
SELECT d.shape, date_trunc('month', d.day)::date, sum(d.n), d.a, d.b, d.c
FROM annals.rollup_day d
WHERE d.shape = 109 AND d.day < (SELECT h.months_before FROM annals.rollup_head h)
GROUP BY 1, 2, 4, 5, 6 ORDER BY 1, 2, 4, 5, 6;

DO $$
DECLARE
  t regclass;
BEGIN
  FOR t IN SELECT tgrelid FROM pg_trigger
    WHERE tgname = 'annals_guard'
      AND tgrelid IN ('annals.rollup_shape'::regclass, 'annals.rollup_day'::regclass, 'annals.rollup_month'::regclass)
  LOOP
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER annals_guard', t);
  END LOOP;
END
$$;
