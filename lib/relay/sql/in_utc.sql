CREATE OR REPLACE FUNCTION annals.in_utc(data jsonb, zoned text[]) RETURNS jsonb
-- version: 2
-- A captured row with its times in UTC: JSON has them with the offset of the session that wrote, and one instant must
-- have one text, or the key of a row would differ from session to session. What is no such time stays as it is.
-- No backslash: a session without standard_conforming_strings would read it otherwise.
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
DECLARE
  name text;
  value text;
BEGIN
  FOREACH name IN ARRAY zoned LOOP
    value := data ->> name;
    IF value ~ '^[0-9]{4,6}-[0-9]{2}-[0-9]{2}T[0-9:.]+[+-][0-9]{2}(:[0-9]{2})*( BC)?$' AND right(value, 6) <> '+00:00' THEN
      BEGIN
        data := jsonb_set(data, ARRAY[name], to_jsonb(value::timestamptz));
      EXCEPTION WHEN data_exception THEN NULL;
      END;
    END IF;
  END LOOP;
  RETURN data;
END
$$;
