CREATE OR REPLACE FUNCTION annals.count_batch(from_seq bigint, to_seq bigint) RETURNS void
-- version: 1
-- Adds the events of these numbers to the rollups, reading them back from the records: whatever filed them,
-- they are counted in one way. The segments say in which months they can be, so one partition is read at a time.
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET work_mem = '64MB' SET jit = off
SET timezone = 'UTC' AS $$
DECLARE
  g record;
BEGIN
  FOR g IN
    SELECT s.record, s.from_at, s.to_at FROM annals.segment s
    WHERE s.to_seq >= count_batch.from_seq AND s.from_seq <= count_batch.to_seq
    ORDER BY s.record, s.month
  LOOP
    PERFORM annals.add_counts(g.record, count_batch.from_seq, count_batch.to_seq, g.from_at, g.to_at);
  END LOOP;
END
$$;

CREATE OR REPLACE FUNCTION annals.add_counts(record_name text, from_seq bigint, to_seq bigint, from_at timestamptz, to_at timestamptz)
RETURNS void
-- Sorted by key, so that neighbouring rows are written together. A month that is not over has no row of its own.
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET work_mem = '64MB' SET jit = off
SET timezone = 'UTC' AS $$
BEGIN
  EXECUTE format($query$
    WITH counted AS MATERIALIZED (%1$s),
    into_day AS (
      INSERT INTO annals.rollup_day AS d (shape, day, n, a, b, c, quarters)
      SELECT shape, day, n, a, b, c, quarters FROM counted ORDER BY shape, day, a, b, c
      ON CONFLICT (shape, day, a, b, c) DO UPDATE SET
        n = d.n + excluded.n,
        -- Time mostly goes forward, so most often the new quarter hours begin at the last one or after it.
        quarters = CASE
          WHEN d.quarters[cardinality(d.quarters)] %% 96 < excluded.quarters[1] %% 96 THEN d.quarters || excluded.quarters
          WHEN d.quarters[cardinality(d.quarters)] %% 96 = excluded.quarters[1] %% 96
            THEN d.quarters[:cardinality(d.quarters) - 1]
              || (d.quarters[cardinality(d.quarters)] + excluded.quarters[1] / 96 * 96) || excluded.quarters[2:]
          ELSE (
            SELECT array_agg(96 * s.n + s.quarter ORDER BY s.quarter)
            FROM (
              SELECT q %% 96 AS quarter, sum(q / 96)::bigint AS n
              FROM unnest(d.quarters || excluded.quarters) AS q GROUP BY 1
            ) AS s)
        END
    )
    INSERT INTO annals.rollup_month AS m (shape, month, n, a, b, c)
    SELECT shape, date_trunc('month', day)::date, sum(n), a, b, c FROM counted
    WHERE day < (SELECT h.months_before FROM annals.rollup_head h)
    GROUP BY 1, 2, 4, 5, 6 ORDER BY 1, 2, 4, 5, 6
    ON CONFLICT (shape, month, a, b, c) DO UPDATE SET n = m.n + excluded.n
    $query$, annals.rollup_counts(record_name, 'e.seq BETWEEN $1 AND $2 AND e.recorded_at BETWEEN $3 AND $4'))
  USING from_seq, to_seq, from_at, to_at;
END
$$;
