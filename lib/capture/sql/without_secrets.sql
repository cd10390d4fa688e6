CREATE OR REPLACE FUNCTION annals.without_secrets(
  data jsonb, hidden text[], ignored text[], key bytea, masked text[], revealed text[], known text[]) RETURNS jsonb
-- version: 1
-- The row without its ignored columns, and with each hidden value replaced by {"$masked": keyed hash}: the
-- relay can tell that it changed and never sees it. `hidden` is what hidden_columns() found; NULL when the
-- table was renamed, and then the names in the row itself decide, by the same rules.
-- SHA-256 keyed twice (the envelope of RFC 2104 without its padding), cut to 64 bits.
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  names text[] := hidden;
  name text;
  rest jsonb := data - ignored;
BEGIN
  IF names IS NULL THEN
    names := ARRAY(
      SELECT f FROM jsonb_object_keys(data) AS f
      WHERE f = ANY (masked)
        OR (annals.secret_column(f) AND NOT f = ANY (revealed))
        OR (NOT data ?& masked AND NOT f = ANY (known)));
  END IF;
  FOREACH name IN ARRAY names LOOP
    IF rest ? name THEN
      rest := rest || jsonb_build_object(name, jsonb_build_object('$masked',
        left(encode(sha256(key || sha256(key || convert_to((data -> name)::text, 'UTF8'))), 'hex'), 16)));
    END IF;
  END LOOP;
  RETURN rest;
END
$$;
