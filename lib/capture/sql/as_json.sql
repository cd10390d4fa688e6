CREATE OR REPLACE FUNCTION annals.as_json(op text, data record, plan jsonb) RETURNS text[]
-- version: 1
-- The gathered rows of a statement as JSON text, one side or both (U): NULL when they cannot be converted together.
-- Apart from the capture function for two reasons. A type of the host's making may have a cast to json, which is
-- code of the host's: here it can change nothing, for the block is read-only and always ends in an exception, which
-- undoes all but its variables (up to PostgreSQL 15, RESET would end the first). And values must not depend on the
-- settings of the session.
-- With columns hidden, an array stands before the rows, which no value of the host's can imitate, for rows are
-- objects: [names of masked columns, names of those left out, for each row the hashes of its masked values].
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp
SET timezone = 'UTC' SET datestyle = 'ISO, MDY' SET intervalstyle = 'postgres' SET extra_float_digits = 1
SET bytea_output = 'hex' SET lc_monetary = 'C' SET quote_all_identifiers = off SET xmlbinary = base64 AS $$
DECLARE
  read_only text;
  masks text[];
  texts text[];
BEGIN
  BEGIN
    read_only := set_config('transaction_read_only', 'on', true);
    IF plan IS NULL OR plan ->> 'blank' IS NULL THEN
      IF op = 'U' THEN
        texts := ARRAY[array_to_json(data.old_rows)::text, array_to_json(data.new_rows)::text];
      ELSE
        texts := ARRAY[array_to_json(data.rows)::text];
      END IF;
    ELSIF op = 'U' THEN
      masks := annals.masks(ARRAY[array_to_json(data.old_kept), array_to_json(data.new_kept)], (plan ->> 'names')::text[]);
      texts := ARRAY[(plan ->> 'header') || masks[1] || '],' || substr(array_to_json(data.old_rows)::text, 2),
        (plan ->> 'header') || masks[2] || '],' || substr(array_to_json(data.new_rows)::text, 2)];
    ELSE
      masks := annals.masks(ARRAY[array_to_json(data.kept)], (plan ->> 'names')::text[]);
      texts := ARRAY[(plan ->> 'header') || masks[1] || '],' || substr(array_to_json(data.rows)::text, 2)];
    END IF;
    RAISE EXCEPTION USING ERRCODE = 'AN001';
  EXCEPTION
    WHEN SQLSTATE 'AN001' THEN NULL;
    WHEN OTHERS THEN texts := NULL;
  END;
  RETURN texts;
END
$$;

CREATE OR REPLACE FUNCTION annals.converted(texts text[]) RETURNS text[]
-- Fails where as_json() could not, so that a statement of many chunks is captured whole or in the other way.
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF texts IS NULL THEN
    RAISE EXCEPTION 'annals: rows that cannot be converted together' USING ERRCODE = 'data_exception';
  END IF;
  RETURN texts;
END
$$;

CREATE OR REPLACE FUNCTION annals.apart(data record) RETURNS text
-- One row as an array of it, for types of the host's making whose text follows no setting, such as enums: settings of its own would
-- cost more than the rest. NULL when it cannot be converted.
LANGUAGE plpgsql AS $$
DECLARE
  read_only pg_catalog.text;
  result pg_catalog.text;
BEGIN
  BEGIN
    read_only := pg_catalog.set_config('transaction_read_only', 'on', true);
    result := pg_catalog.json_build_array(data);
    RAISE EXCEPTION USING ERRCODE = 'AN001';
  EXCEPTION
    WHEN SQLSTATE 'AN001' THEN NULL;
    WHEN OTHERS THEN result := NULL;
  END;
  RETURN result;
END
$$;
