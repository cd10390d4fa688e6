CREATE OR REPLACE FUNCTION annals.by_column(op text, relation oid,
  masked text[], revealed text[], ignored text[], known text[], chunk bigint, large bigint, hashed boolean) RETURNS text
-- version: 1
-- The long way for what the short ones cannot do: an INSERT into the outbox that reads the transition tables and
-- names each column as it is now, as text, which the capture function runs ($1 relation, $2 object type, $3 context,
-- $4 application, $5 client). Rows come in chunks. A value of more than `large` bytes gives way to the mark that the
-- relay would put in its place (with `hashed` also its SHA-256), so nothing that PostgreSQL can store is too large.
-- No code of the host's runs: of its types only the output is taken.
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  c record;
  present text[];
  is_stale boolean := annals.capture_stale(ARRAY[relation]);
  value text;
  size text;
  mark text;
  shown text[] := '{}';
  masks text[] := '{}';
  masked_names text[] := '{}';
  left_out text[] := '{}';
  before text;
  after text;
  source text;
BEGIN
  -- Names as the server itself has them at this moment.
  present := ARRAY(
    SELECT i.name FROM generate_series(1, 1600) AS n
    CROSS JOIN LATERAL (SELECT (pg_identify_object_as_address('pg_class'::regclass, relation, n)).object_names[3] AS name) AS i
    WHERE i.name IS NOT NULL AND i.name !~ '^\.{8}pg\.dropped\.\d+\.{8}$' ORDER BY n);
  FOR c IN
    SELECT p.name, a.atttypid AS type, annals.is_masked(p.name, masked, revealed, known, present) AS is_masked,
      is_stale OR a.attname IS NULL OR annals.json_kinds(a.atttypid) ~ 'C' AS as_text
    FROM unnest(present) WITH ORDINALITY AS p(name, ord)
    LEFT JOIN pg_attribute a ON a.attrelid = relation AND a.attname = p.name AND a.attnum > 0
    ORDER BY p.ord
  LOOP
    value := format('"annals.source".%I', c.name);
    IF c.name = ANY (ignored) THEN
      left_out := left_out || c.name;
      shown := shown || format('NULL::pg_catalog.text AS %I', c.name);
    ELSIF c.is_masked THEN
      masked_names := masked_names || c.name;
      masks := masks || format('annals.mask(CASE WHEN pg_catalog.num_nulls(%1$s) OPERATOR(pg_catalog.=) 0 THEN pg_catalog.format(''%%s'', %1$s) END)', value);
      shown := shown || format('NULL::pg_catalog.text AS %I', c.name);
    ELSE
      size := format('pg_catalog.pg_column_size(%s)', value);
      mark := format('pg_catalog.json_build_object(''$bytes'', %s)', size);
      IF NOT c.as_text AND c.type IN ('text'::regtype, 'varchar'::regtype, 'bytea'::regtype) THEN
        -- pg_column_size() would tell how large a value is when compressed.
        size := format('pg_catalog.octet_length(%s)', value);
        mark := format(CASE WHEN hashed THEN 'annals.large_value(%s)' ELSE 'pg_catalog.json_build_object(''$bytes'', pg_catalog.octet_length(%s))' END, value);
      END IF;
      shown := shown || format('CASE WHEN %s OPERATOR(pg_catalog.>) %s THEN %s ELSE %s END AS %I', size, large, mark,
        CASE WHEN c.as_text THEN
          format('CASE WHEN pg_catalog.num_nulls(%1$s) OPERATOR(pg_catalog.=) 0 THEN pg_catalog.to_json(pg_catalog.format(''%%s'', %1$s)) END', value)
        ELSE format('pg_catalog.to_json(%s)', value) END, c.name);
    END IF;
  END LOOP;
  -- No text with a name in it is used as a format.
  before := format($q$(SELECT t.n OPERATOR(pg_catalog./) %s AS chunk, pg_catalog.count(*) AS n,
      pg_catalog.concat('[', %s pg_catalog.string_agg(t.json, ',' ORDER BY t.n), ']') AS rows
    FROM (SELECT pg_catalog.row_number() OVER () OPERATOR(pg_catalog.-) 1 AS n, ARRAY[%s]::pg_catalog.text[] AS masks,
        (SELECT pg_catalog.to_json(COALESCE("annals.row".*))::pg_catalog.text FROM (SELECT %s) "annals.row") AS json
      FROM $q$, chunk,
    CASE WHEN cardinality(masked_names || left_out) = 0 THEN ''
      ELSE format('''['', %L, '','', %L, '','', pg_catalog.json_agg(t.masks ORDER BY t.n), ''],'',', to_json(masked_names)::text, to_json(left_out)::text) END,
    array_to_string(masks, ', '), array_to_string(shown, ', '));
  after := ' "annals.source") t GROUP BY 1)';
  source := CASE op
    WHEN 'I' THEN '(SELECT s.chunk, s.n, NULL::pg_catalog.text AS old_rows, s.rows AS new_rows FROM ' || before || 'new_rows' || after || ' s)'
    WHEN 'D' THEN '(SELECT s.chunk, s.n, s.rows AS old_rows, NULL::pg_catalog.text AS new_rows FROM ' || before || 'old_rows' || after || ' s)'
    ELSE '(SELECT n.chunk, n.n, o.rows AS old_rows, n.rows AS new_rows FROM ' || before || 'old_rows' || after || ' o JOIN '
      || before || 'new_rows' || after || ' n ON n.chunk OPERATOR(pg_catalog.=) o.chunk WHERE o.rows OPERATOR(pg_catalog.<>) n.rows)'
  END;
  RETURN 'INSERT INTO annals.outbox (op, relation, object_type, rows, old_rows, new_rows, context, application, client) SELECT '
    || quote_literal(op) || ', $1, $2, q.n, q.old_rows, q.new_rows, $3, $4, $5 FROM ' || source || ' q ORDER BY q.chunk';
END
$$;

CREATE OR REPLACE FUNCTION annals.large_value(value bytea) RETURNS json
-- As annals.present_value() shows such values.
LANGUAGE sql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
  SELECT json_build_object('$bytes', octet_length(value), '$sha256', encode(sha256(value), 'hex'))
$$;

CREATE OR REPLACE FUNCTION annals.large_value(value text) RETURNS json
LANGUAGE sql IMMUTABLE STRICT SET search_path = pg_catalog, pg_temp AS $$
  SELECT json_build_object('$cut', left(value, CASE WHEN octet_length(to_json(left(value, 2000))::text) > 8000 THEN 1300 ELSE 2000 END), '$length', length(value), '$sha256', encode(sha256(convert_to(value, 'UTF8')), 'hex'))
$$;

CREATE OR REPLACE FUNCTION annals.pin_settings() RETURNS text[]
-- Sets what the text of values follows as annals.as_json() has it, and returns what was set before. Done by hand,
-- because a function with settings of its own could not hand the transition tables on.
LANGUAGE plpgsql AS $$
DECLARE
  names constant pg_catalog.text[] := '{TimeZone,DateStyle,IntervalStyle,extra_float_digits,bytea_output,lc_monetary,quote_all_identifiers,xmlbinary,search_path}';
  before pg_catalog.text[];
BEGIN
  before := ARRAY(SELECT pg_catalog.current_setting(n.name) FROM pg_catalog.unnest(names) WITH ORDINALITY AS n(name, ord) ORDER BY n.ord);
  PERFORM annals.restore_settings('{UTC,"ISO, MDY",postgres,1,hex,C,off,base64,"pg_catalog, pg_temp"}');
  RETURN before;
END
$$;

CREATE OR REPLACE FUNCTION annals.restore_settings(before text[]) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_catalog.set_config('TimeZone', before[1], true), pg_catalog.set_config('DateStyle', before[2], true),
    pg_catalog.set_config('IntervalStyle', before[3], true), pg_catalog.set_config('extra_float_digits', before[4], true),
    pg_catalog.set_config('bytea_output', before[5], true), pg_catalog.set_config('lc_monetary', before[6], true),
    pg_catalog.set_config('quote_all_identifiers', before[7], true), pg_catalog.set_config('xmlbinary', before[8], true),
    pg_catalog.set_config('search_path', before[9], true);
END
$$;
