CREATE OR REPLACE FUNCTION annals.repaired(document text) RETURNS jsonb
-- version: 4
-- JSON text that jsonb refuses, made acceptable: NUL and lone surrogates become U+FFFD, numbers beyond
-- numeric become strings, and so do those of a thousand digits that an exponent makes of a few bytes, of which
-- some kB of JSON can hold a GB. What still cannot be read is kept as text. Used only for rows that failed once.
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS $$
DECLARE
  large_number constant text := '([:\[,]\s*)(-?[0-9]+(?:\.[0-9]+)?[eE][+-]?[0-9]{4,})';
  -- A pattern takes four bytes a letter to look, and PostgreSQL has a GB at most.
  most_bytes constant integer := 250000000;
  t text := document;
BEGIN
  IF t IS NULL OR t = '' THEN
    RETURN NULL;
  END IF;
  IF octet_length(t) <= most_bytes AND t ~ large_number THEN
    BEGIN
      -- What only looks like one, in a string, is no JSON then.
      RETURN regexp_replace(t, large_number, '\1"\2"', 'g')::jsonb;
    EXCEPTION WHEN data_exception OR statement_too_complex OR program_limit_exceeded THEN NULL;
    END;
  END IF;
  BEGIN
    RETURN t::jsonb;
  EXCEPTION WHEN data_exception OR statement_too_complex OR program_limit_exceeded THEN NULL;
  END;
  IF octet_length(t) > most_bytes THEN
    RETURN jsonb_build_object('_unreadable', left(document, 8000));
  END IF;
  -- An escape counts only after an even number of backslashes.
  t := regexp_replace(t, '(?<!\\)((?:\\\\)*)\\u0000', '\1\\ufffd', 'g');
  t := regexp_replace(t, '(?<!\\)((?:\\\\)*)\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])', '\1\\ufffd', 'g');
  BEGIN
    RETURN t::jsonb;
  EXCEPTION WHEN data_exception OR statement_too_complex OR program_limit_exceeded THEN NULL;
  END;
  t := regexp_replace(t, '\\u[dD][89a-fA-F][0-9a-fA-F]{2}', '\\ufffd', 'g');
  t := regexp_replace(t, large_number, '\1"\2"', 'g');
  BEGIN
    RETURN t::jsonb;
  EXCEPTION WHEN data_exception OR statement_too_complex OR program_limit_exceeded THEN
    RETURN jsonb_build_object('_unreadable', left(document, 8000));
  END;
END
$$;

CREATE OR REPLACE FUNCTION annals.repaired_rows(document text) RETURNS jsonb
-- The captured rows of a statement, each repaired by itself and cut before they come together: jsonb holds
-- 256 MB at most, which 500 large rows can exceed. What is cut keeps its hash, so the diff stays right.
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  -- An array before the rows says what is hidden in them.
  SELECT jsonb_agg(CASE WHEN json_typeof(e.value) = 'array' THEN e.value::jsonb ELSE (
    SELECT coalesce(jsonb_object_agg(f.key, annals.present_value(f.value, false)), '{}')
    FROM jsonb_each(annals.repaired(e.value::text)) AS f) END ORDER BY e.ord)
  FROM json_array_elements(document::json) WITH ORDINALITY AS e(value, ord)
$$;

CREATE OR REPLACE FUNCTION annals.repaired_event(document text) RETURNS jsonb
-- An event from code, repaired field by field: a value that its column would refuse is dropped and named.
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  e jsonb := annals.repaired(document);
  field text;
  dropped text[] := '{}';
BEGIN
  FOREACH field IN ARRAY ARRAY['record_count', 'file_size', 'line_number', 'occurrences'] LOOP
    IF e ->> field !~ '^[0-9]{1,18}$' OR field IN ('line_number', 'occurrences') AND (e ->> field)::numeric > 2147483647 THEN
      dropped := dropped || format('%s=%s', field, left(e ->> field, 80));
      e := e - field;
    END IF;
  END LOOP;
  FOREACH field IN ARRAY ARRAY['changed_fields', 'columns'] LOOP
    IF jsonb_typeof(e -> field) NOT IN ('array', 'null') THEN
      dropped := dropped || field;
      e := e - field;
    END IF;
  END LOOP;
  IF jsonb_typeof(e -> 'changes') NOT IN ('object', 'null') THEN
    e := jsonb_set(e, '{changes}', jsonb_build_object('value', jsonb_build_object('new', e -> 'changes')));
  END IF;
  IF e ->> 'failure_reason' NOT IN
    ('unknown_user', 'bad_password', 'disabled', 'locked', 'mfa_failed', 'expired', 'provider_error', 'other') THEN
    dropped := dropped || format('failure_reason=%s', left(e ->> 'failure_reason', 80));
    e := jsonb_set(e, '{failure_reason}', '"other"');
  END IF;
  IF e ->> 'status' IS NOT NULL AND e ->> 'status' NOT IN ('SUCCESS', 'FAILED', 'BLOCKED', 'started', 'completed', 'failed') THEN
    dropped := dropped || format('status=%s', left(e ->> 'status', 80));
    e := e - 'status';
  END IF;
  RETURN e || jsonb_build_object('_sanitized', to_jsonb(dropped));
END
$$;

CREATE OR REPLACE FUNCTION annals.repaired_context(document text) RETURNS jsonb
-- A context whose values its columns would refuse loses them, and nothing else.
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  c jsonb := annals.repaired(document);
BEGIN
  IF jsonb_typeof(c) <> 'object' THEN
    RETURN '{}';
  END IF;
  BEGIN
    PERFORM (c ->> 'ip')::inet;
  EXCEPTION WHEN data_exception THEN
    c := c - 'ip' || jsonb_build_object('ip_source', left('unreadable: ' || (c ->> 'ip'), 200));
  END;
  RETURN c;
END
$$;

CREATE OR REPLACE FUNCTION annals.flawed(op "char", old_rows text, new_rows text, context text) RETURNS boolean
-- Whether an outbox row holds what cannot be read or stored as it is, so that it has to be repaired.
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  o jsonb;
  n jsonb;
  c jsonb;
BEGIN
  o := old_rows::jsonb;
  n := new_rows::jsonb;
  c := nullif(context, '')::jsonb;
  IF annals.repaired(context) IS DISTINCT FROM c THEN
    RETURN true;
  END IF;
  PERFORM (c ->> 'ip')::inet;
  IF op <> 'E' THEN
    RETURN annals.repaired(old_rows) IS DISTINCT FROM o OR annals.repaired(new_rows) IS DISTINCT FROM n;
  END IF;
  RETURN annals.repaired_event(new_rows) - '_sanitized' IS DISTINCT FROM n;
EXCEPTION WHEN data_exception OR statement_too_complex OR program_limit_exceeded OR invalid_parameter_value THEN
  RETURN true;
END
$$;
