CREATE OR REPLACE FUNCTION annals.ensure_partitions(months_ahead integer DEFAULT 3) RETURNS integer
-- version: 3
-- Makes the monthly partitions (UTC) of the four records from this month on, `months_ahead` further, and those of
-- whatever lies in a default partition: late events of a month that has none, and events of a clock gone wrong.
-- Returns how many it made. The relay calls it, so it runs ahead by itself.
--
-- Where nothing is missing it takes no lock. Else it waits 80 ms for one, once, and leaves the rest to the next call:
-- who waits for the lock of a table makes everybody wait who comes after, and there are months of time. Locks last
-- until the caller commits, so whatever takes time comes before the first of them: rows are copied, and then the months
-- of one record are attached and nothing else is done.
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET lock_timeout = '80ms' AS $$
DECLARE
  record_name text;
  months date[];
  month date;
  has_strays boolean;
  plain jsonb := '{}';
  made integer := 0;
BEGIN
  IF months_ahead NOT BETWEEN 0 AND 120 THEN
    RAISE EXCEPTION 'months_ahead is %, it must be from 0 to 120', months_ahead USING ERRCODE = 'invalid_parameter_value';
  END IF;
  FOREACH record_name IN ARRAY ARRAY['audit_log', 'login_attempt', 'data_export', 'system_event'] LOOP
    SELECT coalesce(array_agg(m ORDER BY m), '{}') INTO months
    FROM (SELECT (date_trunc('month', now()) + make_interval(months => i))::date AS m FROM generate_series(0, months_ahead) AS i) AS w
    WHERE NOT EXISTS (
      SELECT FROM pg_inherits i
      WHERE i.inhrelid = to_regclass(format('annals.%s_%s', record_name, to_char(m, 'YYYYMM'))));
    EXECUTE format('SELECT EXISTS (SELECT FROM annals.%I)', record_name || '_default') INTO has_strays;
    -- A table that is there and attached to nothing is a month that is being filled.
    IF has_strays OR EXISTS (
      SELECT FROM unnest(months) AS m WHERE to_regclass(format('annals.%s_%s', record_name, to_char(m, 'YYYYMM'))) IS NOT NULL)
    THEN
      made := annals.settle_strays(record_name, months);
      IF made > 0 THEN
        RETURN made;
      END IF;
    ELSIF months <> '{}' THEN
      plain := plain || jsonb_build_object(record_name, months);
    END IF;
  END LOOP;

  FOR record_name, months IN
    SELECT p.key, ARRAY(SELECT m::date FROM jsonb_array_elements_text(p.value) AS m ORDER BY 1) FROM jsonb_each(plain) AS p
  LOOP
    FOREACH month IN ARRAY months LOOP
      BEGIN
        -- Who else makes partitions waits here; it is the lock that attaching takes anyway.
        EXECUTE format('LOCK TABLE ONLY annals.%I IN SHARE UPDATE EXCLUSIVE MODE', record_name);
        CONTINUE WHEN to_regclass(format('annals.%s_%s', record_name, to_char(month, 'YYYYMM'))) IS NOT NULL;
        EXECUTE format('CREATE TABLE annals.%I (LIKE annals.%I INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE)',
          record_name || to_char(month, '_YYYYMM'), record_name);
        EXECUTE format('ALTER TABLE annals.%I ATTACH PARTITION annals.%I FOR VALUES FROM (%L) TO (%L)',
          record_name, record_name || to_char(month, '_YYYYMM'), month, month + interval '1 month');
        PERFORM annals.let_read(record_name, record_name || to_char(month, '_YYYYMM'));
      -- check_violation: an event of that month was filed into the default partition in this moment.
      EXCEPTION WHEN lock_not_available OR object_in_use OR check_violation THEN
        RAISE DEBUG 'annals: the partition % of % is left to the next call: %', month, record_name, SQLERRM;
        PERFORM annals.guard_tables();
        RETURN made;
      END;
      made := made + 1;
    END LOOP;
  END LOOP;
  PERFORM annals.guard_tables();
  RETURN made;
END
$$;

CREATE OR REPLACE FUNCTION annals.let_read(record_name text, partition_name text) RETURNS void
-- A partition can be read by whom its record can. (In an installation with a single role there is no reader.)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF to_regrole('annals_reader') IS NOT NULL
    AND has_table_privilege('annals_reader', format('annals.%I', record_name), 'SELECT') THEN
    EXECUTE format('GRANT SELECT ON annals.%I TO annals_reader', partition_name);
  END IF;
END
$$;
