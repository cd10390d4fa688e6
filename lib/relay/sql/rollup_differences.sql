CREATE OR REPLACE FUNCTION annals.rollup_differences()
RETURNS TABLE (record text, shape smallint, columns text[], "values" text[], day date, stored bigint, counted bigint)
-- version: 1
-- The buckets in which rollups and records differ, month by month; none when all is as it should be. `day` is
-- a day, or with `columns` beginning with 'month' the first of a month. STABLE: all of it is read in the
-- snapshot of the calling statement, so it is right while writers and the relay go on.
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET work_mem = '64MB' SET jit = off
SET timezone = 'UTC' AS $$
DECLARE
  last_counted bigint;
  months_before date;
  g record;
BEGIN
  SELECT h.counted_seq, h.months_before INTO STRICT last_counted, months_before FROM annals.rollup_head h;
  FOR g IN
    -- A month that no segment knows, and that is counted nevertheless, is looked at too.
    SELECT s.record, s.month FROM annals.segment s
    UNION
    SELECT DISTINCT s.record, date_trunc('month', d.day)::date
    FROM annals.rollup_day d JOIN annals.rollup_shape s ON s.shape = d.shape
    UNION
    SELECT DISTINCT s.record, m.month FROM annals.rollup_month m JOIN annals.rollup_shape s ON s.shape = m.shape
    ORDER BY 1, 2
  LOOP
    RETURN QUERY EXECUTE format($query$
      WITH truth AS MATERIALIZED (%1$s),
      kept AS (SELECT s.columns, s.shape FROM annals.rollup_shape s WHERE s.record = %2$L)
      SELECT %2$L::text, coalesce(d.shape, t.shape), k.columns, ARRAY[coalesce(d.a, t.a), coalesce(d.b, t.b), coalesce(d.c, t.c)],
        coalesce(d.day, t.day), d.n::bigint, t.n::bigint
      FROM (SELECT x.* FROM annals.rollup_day x JOIN kept ON kept.shape = x.shape
            WHERE x.day >= $5 AND x.day < $5 + interval '1 month') AS d
      FULL JOIN truth t ON (d.shape, d.a, d.b, d.c, d.day) = (t.shape, t.a, t.b, t.c, t.day)
      JOIN kept k ON k.shape = coalesce(d.shape, t.shape)
      WHERE d.n IS DISTINCT FROM t.n OR d.quarters IS DISTINCT FROM t.quarters
      UNION ALL
      SELECT %2$L::text, coalesce(m.shape, t.shape), ARRAY['month'] || k.columns, ARRAY[coalesce(m.a, t.a), coalesce(m.b, t.b), coalesce(m.c, t.c)],
        $5, m.n, t.n::bigint
      FROM (SELECT x.* FROM annals.rollup_month x JOIN kept ON kept.shape = x.shape WHERE x.month = $5) AS m
      FULL JOIN (SELECT x.shape, x.a, x.b, x.c, sum(x.n) AS n FROM truth x WHERE $5 < $6 GROUP BY 1, 2, 3, 4) AS t
        ON (m.shape, m.a, m.b, m.c) = (t.shape, t.a, t.b, t.c)
      JOIN kept k ON k.shape = coalesce(m.shape, t.shape)
      WHERE m.n IS DISTINCT FROM t.n
      $query$,
      annals.rollup_counts(g.record, 'e.seq BETWEEN $1 AND $2 AND e.recorded_at >= $3 AND e.recorded_at < $4'), g.record)
    USING 1::bigint, last_counted, g.month::timestamptz, g.month + interval '1 month', g.month, months_before;
  END LOOP;
END
$$;
