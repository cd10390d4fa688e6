CREATE OR REPLACE FUNCTION annals.settle_strays(record_name text, wanted date[] DEFAULT '{}', max_rows integer DEFAULT 5000)
RETURNS integer
-- version: 3
-- Gives the events in the default partition of a record the months that they belong to, and makes the months
-- `wanted` with them. Returns how many months it made; 0 while there is more to copy or somebody is in the way.
--
-- A month is filled before it can be seen: at most `max_rows` events a call are copied into a table of its own,
-- which is attached to nothing. When all are there, months are attached and an empty default partition takes the
-- place of the full one, in one transaction and under the lock of the record, so that every event is seen once:
-- before in the old default partition, after in its month. That takes no time that depends on the rows: nothing is
-- deleted, nothing is scanned (a constraint says what the month holds) and no index is built (they are there).
-- Nobody files meanwhile, and a copy that is older than this transaction is compared before it counts: an event
-- may have been filed late, or have been folded into. A transaction that has read the record holds its lock, so
-- this waits for its end; one whose snapshot is older and that reads the record for the first time afterwards
-- misses those events, as after TRUNCATE.
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET lock_timeout = '80ms' AS $$
DECLARE
  default_name text := record_name || '_default';
  next_name text := record_name || '_default_next';
  at timestamptz;
  month date;
  months date[] := '{}';
  partition_name text;
  last_at timestamptz;
  last_seq bigint;
  copied integer;
  room integer := max_rows;
  older boolean := false;
BEGIN
  IF record_name IS NULL OR record_name NOT IN ('audit_log', 'login_attempt', 'data_export', 'system_event') THEN
    RAISE EXCEPTION 'annals has no record %', record_name USING ERRCODE = 'invalid_parameter_value';
  END IF;
  -- What others have committed meanwhile must be seen.
  IF current_setting('transaction_isolation') <> 'read committed' OR NOT annals.hold_filing('80ms') THEN
    RETURN 0;
  END IF;

  -- Which months: by steps along the key. Those that a name of six digits can tell, and 24 a call.
  EXECUTE format('SELECT min(recorded_at) FROM annals.%I WHERE recorded_at >= ''1000-01-01''', default_name) INTO at;
  WHILE at < '10000-01-01' AND cardinality(months) < 24 LOOP
    month := date_trunc('month', at)::date;
    months := months || month;
    EXECUTE format('SELECT min(recorded_at) FROM annals.%I WHERE recorded_at >= $1', default_name)
    INTO at USING month + interval '1 month';
  END LOOP;
  -- Of those wanted some may have been made while this waited for its turn. What is from before the year 1000 stays.
  SELECT coalesce(array_agg(DISTINCT m ORDER BY m), '{}') INTO months FROM unnest(months || wanted) AS m
  WHERE NOT EXISTS (SELECT FROM pg_inherits i WHERE i.inhrelid = to_regclass('annals.' || record_name || to_char(m, '_YYYYMM')));
  IF months = '{}' THEN
    RETURN 0;
  END IF;

  FOREACH month IN ARRAY months LOOP
    partition_name := record_name || to_char(month, '_YYYYMM');
    IF to_regclass('annals.' || partition_name) IS NULL THEN
      EXECUTE format('CREATE TABLE annals.%I (LIKE annals.%I INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE INCLUDING INDEXES,
        CONSTRAINT of_this_month CHECK (recorded_at >= %L AND recorded_at < %L))',
        partition_name, record_name, month, month + interval '1 month');
    ELSE
      older := true;
    END IF;
    EXECUTE format('SELECT recorded_at, seq FROM annals.%I ORDER BY recorded_at DESC, seq DESC LIMIT 1', partition_name)
    INTO last_at, last_seq;
    EXECUTE format('INSERT INTO annals.%I SELECT * FROM annals.%I
      WHERE recorded_at >= $1 AND recorded_at < $2 AND ($3 IS NULL OR (recorded_at, seq) > ($3, $4))
      ORDER BY recorded_at, seq LIMIT $5', partition_name, default_name)
    USING month::timestamptz, month + interval '1 month', last_at, last_seq, room;
    GET DIAGNOSTICS copied = ROW_COUNT;
    room := room - copied;
    IF room <= 0 THEN
      RETURN 0;
    END IF;
  END LOOP;

  IF older THEN
    FOREACH month IN ARRAY months LOOP
      partition_name := record_name || to_char(month, '_YYYYMM');
      EXECUTE format('DELETE FROM annals.%1$I s WHERE NOT EXISTS (SELECT FROM annals.%2$I d
        WHERE d.recorded_at = s.recorded_at AND d.seq = s.seq AND d.* IS NOT DISTINCT FROM s.*)', partition_name, default_name);
      EXECUTE format('INSERT INTO annals.%1$I SELECT * FROM annals.%2$I d
        WHERE d.recorded_at >= $1 AND d.recorded_at < $2
          AND NOT EXISTS (SELECT FROM annals.%1$I s WHERE s.recorded_at = d.recorded_at AND s.seq = d.seq)', partition_name, default_name)
      USING month::timestamptz, month + interval '1 month';
    END LOOP;
  END IF;

  BEGIN
    EXECUTE format('CREATE TABLE annals.%I (LIKE annals.%I INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE INCLUDING INDEXES)',
      next_name, record_name);
    -- What has no month, which is nothing as a rule.
    EXECUTE format('INSERT INTO annals.%I SELECT * FROM annals.%I WHERE date_trunc(''month'', recorded_at)::date <> ALL ($1)',
      next_name, default_name) USING months;
    EXECUTE format('LOCK TABLE ONLY annals.%I IN ACCESS EXCLUSIVE MODE', record_name);
    EXECUTE format('ALTER TABLE annals.%I DETACH PARTITION annals.%I', record_name, default_name);
    EXECUTE format('DROP TABLE annals.%I', default_name);
    EXECUTE format('ALTER TABLE annals.%I RENAME TO %I', next_name, default_name);
    FOREACH month IN ARRAY months LOOP
      partition_name := record_name || to_char(month, '_YYYYMM');
      EXECUTE format('ALTER TABLE annals.%I ATTACH PARTITION annals.%I FOR VALUES FROM (%L) TO (%L)',
        record_name, partition_name, month, month + interval '1 month');
      EXECUTE format('ALTER TABLE annals.%I DROP CONSTRAINT of_this_month', partition_name);
      PERFORM annals.let_read(record_name, partition_name);
    END LOOP;
    EXECUTE format('ALTER TABLE annals.%I ATTACH PARTITION annals.%I DEFAULT', record_name, default_name);
    PERFORM annals.let_read(record_name, default_name);
    PERFORM annals.guard_tables();
  EXCEPTION WHEN lock_not_available OR object_in_use THEN
    RAISE DEBUG 'annals: the months of % are left to the next call: %', record_name, SQLERRM;
    RETURN 0;
  END;
  RETURN cardinality(months);
END
$$;

CREATE OR REPLACE FUNCTION annals.has_strays() RETURNS boolean
-- Whether any default partition holds something. Settling replaces one by an empty one, so its size tells.
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT pg_relation_size('annals.audit_log_default') + pg_relation_size('annals.login_attempt_default')
    + pg_relation_size('annals.data_export_default') + pg_relation_size('annals.system_event_default') > 0
$$;
