CREATE OR REPLACE FUNCTION annals.masks(sides json[], names text[]) RETURNS text[]
-- version: 1
-- For the rows of each side the hashes that stand for their masked values, in the order of the names, as JSON: the
-- relay can tell that a value changed and never sees it. The rows come with little else than those values.
-- The key is read here and handed to nobody: a constant of a plan can be printed by whoever runs the statement.
-- SHA-256 keyed twice (the envelope of RFC 2104 without its padding), cut to 64 bits.
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  key bytea;
  side json;
  several json[];
  kept json;
  name text;
  hashes text[];
  rows json[];
  texts text[] := '{}';
BEGIN
  SELECT mask_key INTO key FROM annals.secret;
  FOREACH side IN ARRAY sides LOOP
    rows := '{}';
    -- A query costs more than all the rest of one row.
    IF json_array_length(side) = 1 THEN
      several := ARRAY[side -> 0];
    ELSE
      several := ARRAY(SELECT value FROM json_array_elements(side));
    END IF;
    FOREACH kept IN ARRAY several LOOP
      hashes := '{}';
      FOREACH name IN ARRAY names LOOP
        hashes := hashes || left(encode(sha256(key || sha256(key || convert_to(coalesce((kept -> name)::text, 'null'), 'UTF8'))), 'hex'), 16);
      END LOOP;
      rows := rows || to_json(hashes);
    END LOOP;
    texts := texts || array_to_json(rows)::text;
  END LOOP;
  RETURN texts;
END
$$;

CREATE OR REPLACE FUNCTION annals.mask(value text) RETURNS text
-- The hash of one value.
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN (
    SELECT left(encode(sha256(s.mask_key || sha256(s.mask_key || convert_to(coalesce(to_json(value)::text, 'null'), 'UTF8'))), 'hex'), 16)
    FROM annals.secret s);
END
$$;
