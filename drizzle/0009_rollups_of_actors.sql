-- Counted as well: what each actor did by action, and who acted for others. The first is read for one actor at a time:
-- their summary, their days, whether there is anything at all in a month; by action over all actors it is not asked.
-- The second costs next to nothing, for there is little of it, and spares a search for it in every month of each record.
-- Sign-ins of an actor by their outcome are too many cells for what they hold: an index has them, in order.
--
-- Only the new shapes are counted from the records. The relay waits meanwhile.
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
  (111, 'audit_log', '{actor_id,action}'),
  (112, 'audit_log', '{impersonator_id}'),
  (209, 'login_attempt', '{impersonator_id}'),
  (309, 'data_export', '{impersonator_id}'),
  (409, 'system_event', '{impersonator_id}');

DO $$
DECLARE
  s record;
BEGIN
  FOR s IN SELECT shape, record, columns FROM annals.rollup_shape WHERE shape IN (111, 112, 209, 309, 409) ORDER BY shape
  LOOP
    EXECUTE format($query$
      INSERT INTO annals.rollup_day (shape, day, n, a, b, c, quarters)
      SELECT %s, date '1970-01-01' + floor(g.slot / 96.0)::integer, sum(g.n)::integer, g.a, g.b, '',
        array_agg(96 * g.n + g.slot - 96 * floor(g.slot / 96.0)::integer ORDER BY g.slot)
      FROM (
        SELECT floor(date_part('epoch', e.recorded_at) / 900)::integer AS slot, coalesce(e.%I, '') AS a, %s AS b,
          count(*) AS n
        FROM annals.%I e
        WHERE e.seq <= (SELECT h.counted_seq FROM annals.rollup_head h)
        GROUP BY 1, 2, 3
      ) AS g
      GROUP BY 2, 4, 5 ORDER BY 2, 4, 5$query$,
      s.shape, s.columns[1], CASE WHEN cardinality(s.columns) > 1 THEN format('coalesce(e.%I, '''')', s.columns[2]) ELSE '''''' END, s.record);
  END LOOP;
END
$$;

INSERT INTO annals.rollup_month (shape, month, n, a, b, c)
SELECT d.shape, date_trunc('month', d.day)::date, sum(d.n), d.a, d.b, d.c
FROM annals.rollup_day d
WHERE d.shape IN (111, 112, 209, 309, 409) AND d.day < (SELECT h.months_before FROM annals.rollup_head h)
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

CREATE INDEX login_attempt_actor ON annals.login_attempt (actor_id, recorded_at, seq) INCLUDE (status);
