CREATE OR REPLACE FUNCTION annals.retire_month(record_name text, month date, witness text, archive json, reason text,
  retired_by text, annals_version text) RETURNS bigint
-- version: 1
-- Drops one month of a record, its counts and its segment, and leaves a tombstone and a system event, all in one
-- transaction; returns how many events went. `witness` is what annals.month_witness said in the snapshot that the
-- archive was written from: if the month holds anything else now, this fails with object_not_in_prerequisite_state
-- and nothing happens. `archive`: {"file", "sha256", "bytes"}, or NULL when nothing was archived.
--
-- Filing waits meanwhile, some hundred milliseconds; writers do not notice. Readers wait for the moment of the drop.
-- For their sake its locks are asked for in turns of 60 ms with pauses between, for five seconds; then this fails
-- with lock_not_available. (DETACH ... CONCURRENTLY does not go where there is a default partition.)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' SET lock_timeout = '60ms' SET jit = off AS $$
DECLARE
  partition_name text;
  t annals.tombstone;
  deadline timestamptz;
BEGIN
  IF record_name IS NULL OR record_name NOT IN ('audit_log', 'login_attempt', 'data_export', 'system_event') THEN
    RAISE EXCEPTION 'annals has no record %', record_name USING ERRCODE = 'invalid_parameter_value';
  END IF;
  IF month IS NULL OR month <> date_trunc('month', month) OR month >= date_trunc('month', now()) THEN
    RAISE EXCEPTION 'month is %; it must be the first day of a month that is over', month USING ERRCODE = 'invalid_parameter_value';
  END IF;
  IF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION 'a month can be retired in a READ COMMITTED transaction only' USING ERRCODE = 'feature_not_supported';
  END IF;
  partition_name := record_name || to_char(month, '_YYYYMM');
  IF NOT annals.hold_filing('10s') THEN
    RAISE EXCEPTION 'the relay has been at work for ten seconds' USING ERRCODE = 'lock_not_available';
  END IF;
  IF to_regclass('annals.' || partition_name) IS NOT NULL THEN
    -- Against whoever else should write there.
    EXECUTE format('LOCK TABLE annals.%I IN SHARE MODE', partition_name);
  END IF;
  IF annals.month_witness(record_name, month) IS DISTINCT FROM witness OR witness IS NULL THEN
    RAISE EXCEPTION 'annals.% is not what it was when it was archived', partition_name
      USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;

  EXECUTE format('SELECT count(*), min(seq), max(seq), min(recorded_at), max(recorded_at), range_agg(int8range(seq, seq, ''[]''))
    FROM annals.%I', partition_name)
  INTO t.rows, t.first_seq, t.last_seq, t.first_at, t.last_at, t.seqs;
  t.record := record_name;
  t.month := month;
  t.archive_file := archive ->> 'file';
  t.archive_sha256 := archive ->> 'sha256';
  t.archive_bytes := (archive ->> 'bytes')::bigint;
  t.reason := reason;
  t.retired_by := retired_by;
  t.db_role := session_user;
  t.annals_version := annals_version;
  PERFORM annals.forget_month(t);
  IF t.rows > 0 THEN
    PERFORM annals.record('events', json_build_object('event_type', 'MAINTENANCE',
      'title', format('Retention retired %s of %s', to_char(month, 'YYYY-MM'), record_name),
      'description', format('%s events, numbered %s to %s. %s. %s', t.rows, t.first_seq, t.last_seq, reason,
        coalesce('Archived in ' || t.archive_file || ', SHA-256 ' || t.archive_sha256, 'Not archived'))),
      json_build_object('actor_kind', 'service', 'actor_label', retired_by, 'attribution', 'claimed', 'module', 'annals', 'reason', reason));
  END IF;

  deadline := clock_timestamp() + interval '5 seconds';
  LOOP
    BEGIN
      EXECUTE format('LOCK TABLE ONLY annals.%I IN ACCESS EXCLUSIVE MODE', record_name);
      EXECUTE format('DROP TABLE annals.%I', partition_name);
      EXIT;
    EXCEPTION WHEN lock_not_available THEN
      IF clock_timestamp() > deadline THEN
        RAISE;
      END IF;
    END;
    PERFORM pg_sleep(0.2 + 0.2 * random());
  END LOOP;
  RETURN t.rows;
END
$$;

CREATE OR REPLACE FUNCTION annals.forget_month(t annals.tombstone) RETURNS void
-- The books of a month that goes: its segment and its counts end, its tombstone begins. Belongs to the role that
-- files, which keeps them otherwise.
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
BEGIN
  DELETE FROM annals.segment s WHERE s.record = t.record AND s.month = t.month;
  DELETE FROM annals.rollup_day d
  WHERE d.shape IN (SELECT s.shape FROM annals.rollup_shape s WHERE s.record = t.record)
    AND d.day >= t.month AND d.day < t.month + interval '1 month';
  DELETE FROM annals.rollup_month m
  WHERE m.shape IN (SELECT s.shape FROM annals.rollup_shape s WHERE s.record = t.record) AND m.month = t.month;
  IF t.rows > 0 THEN
    INSERT INTO annals.tombstone (record, month, first_seq, last_seq, first_at, last_at, rows, seqs, archive_file,
      archive_sha256, archive_bytes, reason, retired_by, db_role, annals_version)
    VALUES (t.record, t.month, t.first_seq, t.last_seq, t.first_at, t.last_at, t.rows, t.seqs, t.archive_file,
      t.archive_sha256, t.archive_bytes, t.reason, t.retired_by, t.db_role, t.annals_version);
  END IF;
END
$$;
