CREATE OR REPLACE FUNCTION annals.repair_rollups() RETURNS bigint
-- version: 2
-- Counts all that is not counted yet, then puts every bucket right in which rollups and records differ, from
-- the records. Returns how many buckets it put right. The relay waits meanwhile; writers and readers do not.
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET work_mem = '64MB' SET jit = off
SET timezone = 'UTC' AS $$
DECLARE
  head_seq bigint;
  upto bigint;
  last_counted bigint;
  g record;
  repaired bigint := 0;
BEGIN
  LOCK TABLE annals.relay_turn IN SHARE UPDATE EXCLUSIVE MODE;
  SELECT h.seq INTO STRICT head_seq FROM annals.head h;
  SELECT h.counted_seq INTO STRICT last_counted FROM annals.rollup_head h;
  WHILE last_counted < head_seq LOOP
    upto := least(head_seq, last_counted + 50000);
    PERFORM annals.count_batch(last_counted + 1, upto);
    last_counted := upto;
  END LOOP;
  UPDATE annals.rollup_head SET counted_seq = head_seq, failed_at = NULL, error = NULL;
  FOR g IN
    SELECT d.record, date_trunc('month', d.day)::date AS month,
      array_agg(DISTINCT d.shape) AS shapes, count(*) AS buckets
    FROM annals.rollup_differences() d GROUP BY 1, 2
  LOOP
    DELETE FROM annals.rollup_day d
    WHERE d.shape = ANY (g.shapes) AND d.day >= g.month AND d.day < g.month + interval '1 month';
    DELETE FROM annals.rollup_month m WHERE m.shape = ANY (g.shapes) AND m.month = g.month;
    EXECUTE format($query$
      WITH counted AS MATERIALIZED (SELECT t.* FROM (%s) AS t WHERE t.shape = ANY ($5)),
      into_day AS (
        INSERT INTO annals.rollup_day (shape, day, n, a, b, c, quarters)
        SELECT shape, day, n, a, b, c, quarters FROM counted ORDER BY shape, day, a, b, c
      )
      INSERT INTO annals.rollup_month (shape, month, n, a, b, c)
      SELECT shape, $6, sum(n), a, b, c FROM counted
      WHERE $6 < (SELECT h.months_before FROM annals.rollup_head h) GROUP BY 1, 4, 5, 6 ORDER BY 1, 4, 5, 6
      $query$,
      annals.rollup_counts(g.record, 'e.seq BETWEEN $1 AND $2 AND e.recorded_at >= $3 AND e.recorded_at < $4'))
    USING 1::bigint, head_seq, g.month::timestamptz, g.month + interval '1 month', g.shapes, g.month;
    repaired := repaired + g.buckets;
  END LOOP;
  RETURN repaired;
END
$$;
