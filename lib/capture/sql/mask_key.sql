CREATE OR REPLACE FUNCTION annals.mask_key() RETURNS bytea
-- version: 1
-- The key of the hashes that stand for masked values. It never changes, hence IMMUTABLE: the capture
-- functions read it when they are planned.
LANGUAGE sql IMMUTABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT mask_key FROM annals.secret
$$;
