CREATE OR REPLACE FUNCTION annals.ensure_partitions(months_ahead integer DEFAULT 3) RETURNS integer
-- version: 2
-- Makes the monthly partitions (UTC) of the four records from this month on, `months_ahead` further, and
-- takes in what the default partition holds of them. Returns how many it made. The relay calls it, so it
-- runs ahead by itself. A partition is made apart and attached, which needs no lock that readers feel.
-- Where nothing is missing it takes no lock; else it waits half a second for one, and fails with lock_not_available.
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET lock_timeout = '500ms' AS $$
DECLARE
  record_name text;
  month date;
  partition_name text;
  made integer := 0;
BEGIN
  IF months_ahead NOT BETWEEN 0 AND 120 THEN
    RAISE EXCEPTION 'months_ahead is %, it must be from 0 to 120', months_ahead USING ERRCODE = 'invalid_parameter_value';
  END IF;
  IF NOT EXISTS (
    SELECT FROM unnest(ARRAY['audit_log', 'login_attempt', 'data_export', 'system_event']) AS r,
      generate_series(0, months_ahead) AS i
    WHERE to_regclass(format('annals.%s_%s', r, to_char(date_trunc('month', now()) + make_interval(months => i), 'YYYYMM'))) IS NULL
  ) THEN
    PERFORM annals.guard_tables();
    RETURN 0;
  END IF;
  -- The lock that attaching takes anyway: who else makes partitions waits here.
  LOCK TABLE ONLY annals.audit_log IN SHARE UPDATE EXCLUSIVE MODE;
  FOR record_name, month IN
    SELECT r, (date_trunc('month', now()) + make_interval(months => i))::date
    FROM unnest(ARRAY['audit_log', 'login_attempt', 'data_export', 'system_event']) AS r,
      generate_series(0, months_ahead) AS i
    ORDER BY i, r
  LOOP
    partition_name := format('%s_%s', record_name, to_char(month, 'YYYYMM'));
    CONTINUE WHEN to_regclass('annals.' || partition_name) IS NOT NULL;
    EXECUTE format('CREATE TABLE annals.%I (LIKE annals.%I INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE)',
      partition_name, record_name);
    EXECUTE format('INSERT INTO annals.%I SELECT * FROM annals.%I WHERE recorded_at >= %L AND recorded_at < %L',
      partition_name, record_name || '_default', month, month + interval '1 month');
    EXECUTE format('DELETE FROM annals.%I WHERE recorded_at >= %L AND recorded_at < %L',
      record_name || '_default', month, month + interval '1 month');
    EXECUTE format('ALTER TABLE annals.%I ATTACH PARTITION annals.%I FOR VALUES FROM (%L) TO (%L)',
      record_name, partition_name, month, month + interval '1 month');
    IF to_regrole('annals_reader') IS NOT NULL
      AND has_table_privilege('annals_reader', format('annals.%I', record_name), 'SELECT') THEN
      EXECUTE format('GRANT SELECT ON annals.%I TO annals_reader', partition_name);
    END IF;
    made := made + 1;
  END LOOP;
  PERFORM annals.guard_tables();
  RETURN made;
END
$$;
