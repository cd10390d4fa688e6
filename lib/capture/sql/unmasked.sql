CREATE OR REPLACE FUNCTION annals.unmasked(schema_name text, table_name text, masked text[], revealed text[], ignored text[])
RETURNS boolean
-- version: 1
-- May whole rows of this table go to the outbox as they are? False when a column must be masked or left
-- out, and when no such table exists (it was renamed: then the slow, safe path decides row by row).
-- Declared IMMUTABLE on purpose: the capture functions call it with constants, so it is evaluated when
-- their INSERT is planned, not when it runs (0 µs instead of about 15 a statement), and PostgreSQL plans
-- again after any ALTER of the tracked table, because the statement reads its transition table.
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN coalesce((
    SELECT bool_and(
      NOT (a.attname = ANY (masked) OR a.attname = ANY (ignored)
        OR (annals.secret_column(a.attname) AND NOT a.attname = ANY (revealed))))
      -- A masked column that is gone may be there under a new name.
      AND cardinality(masked) = 0
    FROM pg_attribute a
    JOIN pg_class c ON c.oid = a.attrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = schema_name AND c.relname = table_name AND a.attnum > 0 AND NOT a.attisdropped
  ), false);
END
$$;
