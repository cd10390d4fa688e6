CREATE OR REPLACE FUNCTION annals.present_value(value jsonb, binary_value boolean) RETURNS jsonb
-- version: 2
-- One recorded value within bounds: binary over 1 KB becomes its length and SHA-256, anything else over
-- 8 KB its first 2,000 characters, its length and SHA-256.
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE
    WHEN binary_value AND jsonb_typeof(value) = 'string' AND length(value #>> '{}') > 2050
      THEN jsonb_build_object('$bytes', octet_length((value #>> '{}')::bytea),
        '$sha256', encode(sha256((value #>> '{}')::bytea), 'hex'))
    WHEN octet_length(value::text) > 8192
      THEN jsonb_build_object('$cut', left(coalesce(value #>> '{}', value::text), 2000),
        '$length', length(coalesce(value #>> '{}', value::text)),
        '$sha256', encode(sha256(convert_to(coalesce(value #>> '{}', value::text), 'UTF8')), 'hex'))
    ELSE value
  END
$$;

CREATE OR REPLACE FUNCTION annals.present(changes jsonb, binary_columns text[]) RETURNS jsonb
-- The changes of one event as they are kept: large values cut, at most
-- 1,000 fields and about 64 KB, each cut marked.
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
  WITH field AS (
    SELECT c.key, c.ord, CASE
        WHEN c.value = '{"masked": true}' THEN c.value
        ELSE (SELECT jsonb_object_agg(side.key, annals.present_value(side.value, c.key = ANY (binary_columns)))
              FROM jsonb_each(c.value) AS side)
      END AS value
    FROM jsonb_each(changes) WITH ORDINALITY AS c(key, value, ord)
  ), sized AS (
    SELECT key, ord, value, sum(octet_length(value::text) + octet_length(key)) OVER (ORDER BY ord) AS upto
    FROM field
  )
  SELECT coalesce(jsonb_object_agg(left(key, 200), value) FILTER (WHERE upto <= 65536 AND ord <= 1000), '{}')
    || CASE WHEN bool_or(upto > 65536 OR ord > 1000)
       THEN jsonb_build_object('_sanitized', jsonb_build_object('new',
         format('%s fields left out: over 64 KB', count(*) FILTER (WHERE upto > 65536 OR ord > 1000))))
       ELSE '{}' END
  FROM sized
$$;
