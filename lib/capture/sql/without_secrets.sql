CREATE OR REPLACE FUNCTION annals.without_secrets(
  data jsonb, masked text[], revealed text[], ignored text[], known text[]) RETURNS jsonb
-- version: 1
-- The row without its ignored columns, and with each masked value replaced by {"$masked": keyed hash}:
-- the relay can tell that it changed and never sees it. When a masked column is missing from the row, it
-- may have been renamed, so every column that was not known when the table was tracked is masked too.
-- SHA-256 keyed twice (the envelope of RFC 2104 without its padding), cut to 64 bits.
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(jsonb_object_agg(f.key, CASE
    WHEN f.key = ANY (masked)
      OR (annals.secret_column(f.key) AND NOT f.key = ANY (revealed))
      OR (NOT data ?& masked AND NOT f.key = ANY (known))
    THEN jsonb_build_object('$masked', left(encode(sha256(s.mask_key
      || sha256(s.mask_key || convert_to(f.value::text, 'UTF8'))), 'hex'), 16))
    ELSE f.value END), '{}')
  FROM annals.secret s, jsonb_each(data) AS f
  WHERE NOT f.key = ANY (ignored)
$$;
