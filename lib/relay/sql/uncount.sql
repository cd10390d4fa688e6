CREATE OR REPLACE FUNCTION annals.uncount(record_name text, seqs bigint[]) RETURNS bigint
-- version: 2
-- Takes these events of one record out of the rollups and returns how many they were. For whoever deletes
-- them, or changes a column that is counted: call it before, in the same transaction. Waits for the relay.
-- Those that the relay has not counted yet are left: it will not find them.
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET work_mem = '64MB' SET jit = off
SET timezone = 'UTC' AS $$
DECLARE
  g record;
  last_counted bigint;
  taken bigint := 0;
  found_here bigint;
BEGIN
  LOCK TABLE annals.relay_turn IN SHARE UPDATE EXCLUSIVE MODE;
  SELECT h.counted_seq INTO STRICT last_counted FROM annals.rollup_head h;
  FOR g IN
    SELECT s.from_at, s.to_at FROM annals.segment s
    WHERE s.record = record_name
      AND s.to_seq >= (SELECT min(q) FROM unnest(seqs) AS q) AND s.from_seq <= (SELECT max(q) FROM unnest(seqs) AS q)
    ORDER BY s.month
  LOOP
    EXECUTE format($query$
      WITH counted AS MATERIALIZED (%s),
      from_month AS (
        UPDATE annals.rollup_month m SET n = m.n - k.n
        FROM (SELECT shape, a, b, c, date_trunc('month', day)::date AS month, sum(n) AS n FROM counted GROUP BY 1, 2, 3, 4, 5) AS k
        WHERE (m.shape, m.a, m.b, m.c, m.month) = (k.shape, k.a, k.b, k.c, k.month)
      ), from_day AS (
        UPDATE annals.rollup_day d SET n = d.n - k.n,
          quarters = ARRAY(
            SELECT 96 * sum(u.sign * (u.q / 96))::bigint + u.q %% 96
            FROM (SELECT 1 AS sign, q FROM unnest(d.quarters) AS q UNION ALL SELECT -1, q FROM unnest(k.quarters) AS q) AS u
            GROUP BY u.q %% 96 HAVING sum(u.sign * (u.q / 96)) <> 0 ORDER BY u.q %% 96)
        FROM counted k
        WHERE (d.shape, d.a, d.b, d.c, d.day) = (k.shape, k.a, k.b, k.c, k.day)
      )
      -- The shape without columns counts each row once.
      SELECT coalesce(sum(k.n), 0) FROM counted k JOIN annals.rollup_shape s USING (shape) WHERE s.columns = '{}'
      $query$, annals.rollup_counts(record_name, 'e.seq = ANY ($1) AND e.seq <= $2 AND e.recorded_at BETWEEN $3 AND $4'))
    INTO found_here USING seqs, last_counted, g.from_at, g.to_at;
    taken := taken + found_here;
    DELETE FROM annals.rollup_day d WHERE d.n = 0 AND d.day BETWEEN g.from_at::date AND g.to_at::date
      AND d.shape IN (SELECT s.shape FROM annals.rollup_shape s WHERE s.record = record_name);
    DELETE FROM annals.rollup_month m WHERE m.n = 0 AND m.month = date_trunc('month', g.from_at)::date
      AND m.shape IN (SELECT s.shape FROM annals.rollup_shape s WHERE s.record = record_name);
  END LOOP;
  RETURN taken;
END
$$;
