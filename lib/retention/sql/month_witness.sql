CREATE OR REPLACE FUNCTION annals.month_witness(record_name text, month date) RETURNS text
-- version: 1
-- What a month held, row version by row version: two equal answers mean that nothing in it was added, folded into
-- or removed between them. NULL when the month has no table of its own. Reads no column, so it is quick. After
-- VACUUM FULL or a restore it is another one, which costs an archive to be written once more and no more than that.
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  partition_name text := record_name || to_char(month, '_YYYYMM');
  witness text;
BEGIN
  IF record_name NOT IN ('audit_log', 'login_attempt', 'data_export', 'system_event') OR NOT EXISTS (
    SELECT FROM pg_inherits WHERE inhrelid = to_regclass('annals.' || partition_name)) THEN
    RETURN NULL;
  END IF;
  EXECUTE format($query$
    SELECT count(*) || ':' || coalesce(sum(hashtextextended(m.ctid::text || m.xmin::text, 0)::numeric), 0) FROM annals.%I AS m
    $query$, partition_name) INTO witness;
  RETURN witness;
END
$$;
