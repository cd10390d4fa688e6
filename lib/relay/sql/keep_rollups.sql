CREATE OR REPLACE FUNCTION annals.keep_rollups(filed bigint, at_least bigint DEFAULT 2000) RETURNS bigint
-- version: 2
-- Counts what was filed and not counted, once there are `at_least` events of it: below that, readers count the
-- few themselves at less cost than keeping the rollups up to the last event has. Goes on where an older
-- version left off, twice as fast as events come in and at least 2,000 a call. Returns how many it counted.
-- Filing must not stop because counting does: an error is reported, and readers count the records instead.
-- The settings of the relay are for its own reading.
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = auto SET enable_seqscan = on
SET enable_bitmapscan = on SET enable_sort = on AS $$
DECLARE
  head_seq bigint;
  r annals.rollup_head;
  upto bigint;
  this_month date := date_trunc('month', now() AT TIME ZONE 'UTC')::date;
BEGIN
  SELECT h.seq INTO STRICT head_seq FROM annals.head h;
  SELECT * INTO STRICT r FROM annals.rollup_head;
  upto := least(head_seq, r.counted_seq + greatest(2000, 2 * filed));
  IF head_seq - r.counted_seq < at_least THEN
    upto := r.counted_seq;
  END IF;
  IF (upto = r.counted_seq AND r.months_before >= this_month) OR r.failed_at > now() - interval '10 minutes' THEN
    RETURN 0;
  END IF;
  BEGIN
    IF r.months_before < this_month THEN
      PERFORM annals.close_months(this_month);
    END IF;
    IF upto > r.counted_seq THEN
      PERFORM annals.count_batch(r.counted_seq + 1, upto);
    END IF;
    UPDATE annals.rollup_head SET counted_seq = upto, failed_at = NULL, error = NULL WHERE counted_seq = r.counted_seq;
    IF NOT FOUND THEN
      RAISE EXCEPTION 'another relay has counted meanwhile' USING ERRCODE = 'serialization_failure';
    END IF;
  EXCEPTION WHEN OTHERS THEN
    RAISE WARNING 'annals: events % to % could not be counted: %', r.counted_seq + 1, upto, SQLERRM;
    UPDATE annals.rollup_head SET failed_at = now(), error = SQLSTATE || ' ' || SQLERRM;
    RETURN 0;
  END;
  RETURN upto - r.counted_seq;
END
$$;

CREATE OR REPLACE FUNCTION annals.close_months(this_month date) RETURNS void
-- Adds up the days of the months that are over since the last time.
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET work_mem = '64MB' SET jit = off AS $$
BEGIN
  INSERT INTO annals.rollup_month (shape, month, n, a, b, c)
  SELECT d.shape, date_trunc('month', d.day)::date, sum(d.n), d.a, d.b, d.c
  FROM annals.rollup_day d
  WHERE d.shape IN (SELECT s.shape FROM annals.rollup_shape s)
    AND d.day >= (SELECT h.months_before FROM annals.rollup_head h) AND d.day < this_month
  GROUP BY 1, 2, 4, 5, 6 ORDER BY 1, 2, 4, 5, 6;
  UPDATE annals.rollup_head SET months_before = this_month;
END
$$;
