CREATE OR REPLACE FUNCTION annals.hidden_columns(
  schema_name text, table_name text, masked text[], revealed text[], known text[]) RETURNS text[]
-- version: 2
-- Which columns of a table are masked, as it is now: those named, and those on the deny-list unless they
-- were revealed. When a masked column is gone it may be there under a new name, so every column that was
-- not known when the table was tracked is masked too. NULL when no such table exists: it was renamed, and
-- without_secrets() then decides row by row.
-- Declared IMMUTABLE on purpose: the capture functions call it with constants, so it is evaluated when
-- their INSERT is planned, not when it runs (0 us instead of about 15 a statement), and PostgreSQL plans
-- again after any ALTER of the tracked table, because the statement reads its transition table.
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  present text[];
BEGIN
  SELECT array_agg(a.attname::text) INTO present
  FROM pg_attribute a
  JOIN pg_class c ON c.oid = a.attrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = schema_name AND c.relname = table_name AND a.attnum > 0 AND NOT a.attisdropped;
  IF present IS NULL THEN
    RETURN NULL;
  END IF;
  RETURN ARRAY(
    SELECT name FROM unnest(present) AS name
    WHERE name = ANY (masked)
      OR (annals.secret_column(name) AND NOT name = ANY (revealed))
      OR (NOT present @> masked AND NOT name = ANY (known)));
END
$$;
