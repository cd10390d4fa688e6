CREATE OR REPLACE FUNCTION annals.capture_plan(
  function_name text, masked text[], revealed text[], ignored text[], known text[]) RETURNS jsonb
-- version: 2
-- How rows of the tables that have this capture function become JSON, as the tables are now. Masked is what was
-- named, and what is on the deny-list unless it was revealed; when a column that was masked by name is gone it may
-- be there under another name, so every column that was not known when the table was tracked is masked too.
-- Declared IMMUTABLE on purpose: the capture functions call it with constants in statements that read their
-- transition table, so it is evaluated when such a statement is planned, and again after any ALTER of the table.
-- {"is_stale": what this transaction sees of them is not what they are, "by_column": bool, "kinds": letters of
--  json_kinds(), "names": those masked, "header": what stands before the rows, "blank": what json_populate_record()
--  needs to empty all of those, "keep": to empty the others}
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  tables oid[] := ARRAY(SELECT annals.captured_tables(function_name));
  is_stale boolean;
  plan jsonb;
BEGIN
  is_stale := cardinality(tables) = 0 OR annals.capture_stale(tables);
  WITH columns AS MATERIALIZED (
    SELECT a.attrelid, a.attname::text AS name, annals.json_kinds(a.atttypid) AS kinds,
      annals.is_masked(a.attname, masked, revealed, known,
        ARRAY(SELECT p.attname::text FROM pg_attribute p WHERE p.attrelid = a.attrelid AND p.attnum > 0 AND NOT p.attisdropped)) AS is_masked,
      a.attname = ANY (ignored) AS is_left_out
    FROM pg_attribute a
    WHERE a.attrelid = ANY (tables) AND a.attnum > 0 AND NOT a.attisdropped
  )
  SELECT jsonb_build_object(
    'is_stale', is_stale,
    'names', coalesce(array_agg(DISTINCT c.name) FILTER (WHERE c.is_masked AND NOT c.is_left_out), '{}')::text,
    'header', format('[[%s,%s,',
      coalesce(to_json(array_agg(DISTINCT c.name) FILTER (WHERE c.is_masked AND NOT c.is_left_out)), '[]'),
      coalesce(to_json(array_agg(DISTINCT c.name) FILTER (WHERE c.is_left_out)), '[]')),
    'kinds', coalesce(string_agg(c.kinds, '') FILTER (WHERE NOT c.is_masked AND NOT c.is_left_out), ''),
    'blank', jsonb_object_agg(c.name, NULL) FILTER (WHERE c.is_masked OR c.is_left_out),
    -- A domain cannot be emptied, for that would run its checks: it stays.
    'keep', CASE WHEN bool_or(c.is_masked AND NOT c.is_left_out) THEN
      coalesce(jsonb_object_agg(c.name, NULL) FILTER (WHERE NOT (c.is_masked AND NOT c.is_left_out) AND c.kinds !~ 'N'), '{}') END,
    -- What JSON has to be taken apart again, or would run code of the host, is no way to a hash.
    'by_column', is_stale OR coalesce(bool_or(
      (c.kinds ~ 'X' AND NOT c.is_masked AND NOT c.is_left_out)
      OR (c.kinds ~ 'N' AND (c.is_masked OR c.is_left_out))
      OR (c.kinds ~ '[CJSX]' AND c.is_masked))
      OR (bool_or(c.is_masked) AND bool_or(c.kinds ~ 'N' AND c.kinds ~ '[CJSX]')), false))
  INTO plan
  FROM columns c;
  RETURN plan;
END
$$;

CREATE OR REPLACE FUNCTION annals.capture_stale(tables oid[]) RETURNS boolean
-- Whether these tables were altered after what this transaction sees of the catalogue: a repeatable read writes the
-- table as it is now, and is shown the catalogue as it was.
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  edge numeric := pg_snapshot_xmax(pg_current_snapshot())::text::numeric;
BEGIN
  RETURN current_setting('transaction_isolation') IN ('repeatable read', 'serializable') AND EXISTS (
    SELECT FROM (
      SELECT c.xmax FROM pg_class c WHERE c.oid = ANY (tables)
      UNION ALL SELECT a.xmax FROM pg_attribute a WHERE a.attrelid = ANY (tables) AND a.attnum > 0
    ) AS seen
    -- The transaction that replaced the version which we see: 32 bits, so its full number is the one near ours.
    CROSS JOIN LATERAL (SELECT edge + mod(seen.xmax::text::numeric - mod(edge, 4294967296) + 6442450944, 4294967296) - 2147483648 AS number) AS full_xid
    WHERE seen.xmax <> 0 AND full_xid.number > 2
      AND (full_xid.number >= pg_snapshot_xmax(pg_current_snapshot())::text::numeric
        OR pg_xact_status(full_xid.number::text::xid8) = 'committed'));
END
$$;

CREATE OR REPLACE FUNCTION annals.captured_tables(function_name text) RETURNS SETOF oid
-- The tables whose triggers call this function, by whatever name they go now. A partition has the columns of its
-- root, one that was detached its own.
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  WITH attached AS (
    SELECT DISTINCT t.tgrelid
    FROM pg_proc p
    JOIN pg_depend d ON d.refclassid = 'pg_proc'::regclass AND d.refobjid = p.oid AND d.classid = 'pg_trigger'::regclass
    JOIN pg_trigger t ON t.oid = d.objid
    WHERE p.proname = function_name AND p.pronamespace = 'annals'::regnamespace
  )
  SELECT c.oid FROM attached t JOIN pg_class c ON c.oid = t.tgrelid
  WHERE NOT c.relispartition OR pg_partition_root(c.oid) NOT IN (SELECT tgrelid FROM attached)
$$;

CREATE OR REPLACE FUNCTION annals.json_kinds(type oid) RETURNS text
-- What there is to know of a type whose values become JSON, one letter each. Its text follows a setting of the
-- session: F extra_float_digits, B bytea_output, Z TimeZone, D DateStyle, I IntervalStyle, S others or it is not known.
-- A composite always has S: ALTER TYPE may give it any other, and no session plans its writes again for that.
-- C: of the host's making, so it is converted apart. J: may hold any JSON text. N: a domain.
-- X: a cast to json in a language of the host's would be run. A column of timestamptz has no letter, but z: it is the
-- relay that makes it UTC.
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  t pg_type%ROWTYPE;
BEGIN
  SELECT * INTO t FROM pg_type WHERE oid = type;
  IF t.typtype = 'd' THEN
    RETURN 'N' || annals.json_kinds(t.typbasetype);
  ELSIF t.typelem <> 0 AND t.typlen = -1 AND t.typsubscript = 'array_subscript_handler'::regproc THEN
    RETURN replace(replace(annals.json_kinds(t.typelem), 'N', ''), 'z', 'Z');
  ELSIF t.typtype = 'c' THEN
    RETURN 'CS' || coalesce((SELECT string_agg(replace(replace(annals.json_kinds(a.atttypid), 'N', ''), 'z', 'Z'), '')
      FROM pg_attribute a WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped), '');
  ELSIF t.oid >= 16384 THEN
    RETURN CASE t.typtype WHEN 'e' THEN 'C' ELSE 'CS' END || CASE WHEN EXISTS (
      SELECT FROM pg_cast c JOIN pg_proc p ON p.oid = c.castfunc JOIN pg_language l ON l.oid = p.prolang
      WHERE c.castsource = t.oid AND c.casttarget = 'json'::regtype AND l.lanname NOT IN ('internal', 'c')) THEN 'X' ELSE '' END;
  END IF;
  RETURN CASE
    WHEN t.typname IN ('bool', 'int2', 'int4', 'int8', 'numeric', 'text', 'varchar', 'bpchar', 'char', 'name', 'uuid', 'jsonb',
      'date', 'timestamp', 'time', 'timetz', 'inet', 'cidr', 'macaddr', 'macaddr8', 'bit', 'varbit', 'oid', 'xid', 'xid8', 'cid', 'tid',
      'int4range', 'int8range', 'numrange', 'int4multirange', 'int8multirange', 'nummultirange', 'tsvector', 'tsquery', 'xml',
      'pg_lsn', 'jsonpath') THEN ''
    WHEN t.typname = 'json' THEN 'J'
    WHEN t.typname = 'timestamptz' THEN 'z'
    WHEN t.typname = 'bytea' THEN 'B'
    WHEN t.typname = 'interval' THEN 'I'
    WHEN t.typname IN ('float4', 'float8', 'point', 'line', 'lseg', 'box', 'path', 'polygon', 'circle') THEN 'F'
    WHEN t.typname IN ('daterange', 'tsrange', 'datemultirange', 'tsmultirange') THEN 'D'
    WHEN t.typname IN ('tstzrange', 'tstzmultirange') THEN 'DZ'
    ELSE 'S'
  END;
END
$$;

CREATE OR REPLACE FUNCTION annals.capture_mode(
  function_name text, masked text[], revealed text[], ignored text[], known text[]) RETURNS text
-- The same for the short way: NULL where columns are hidden or taken one by one, else the kinds of the others.
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  plan jsonb := annals.capture_plan(function_name, masked, revealed, ignored, known);
BEGIN
  RETURN CASE WHEN plan ->> 'blank' IS NULL AND NOT (plan -> 'by_column')::boolean THEN plan ->> 'kinds' END;
END
$$;

CREATE OR REPLACE FUNCTION annals.is_direct(kinds text) RETURNS boolean
-- Whether rows of these kinds become JSON as they would in every other session. For the planner to inline.
LANGUAGE sql STABLE AS $$
  SELECT pg_catalog.strpos(kinds, 'S') OPERATOR(pg_catalog.=) 0
    AND (pg_catalog.strpos(kinds, 'Z') OPERATOR(pg_catalog.=) 0 OR pg_catalog.current_setting('TimeZone') OPERATOR(pg_catalog.=) ANY (ARRAY['UTC', 'Etc/UTC', 'GMT']))
    AND (pg_catalog.strpos(kinds, 'F') OPERATOR(pg_catalog.=) 0 OR pg_catalog.current_setting('extra_float_digits') OPERATOR(pg_catalog.=) ANY (ARRAY['1', '2', '3']))
    AND (pg_catalog.strpos(kinds, 'B') OPERATOR(pg_catalog.=) 0 OR pg_catalog.current_setting('bytea_output') OPERATOR(pg_catalog.=) 'hex')
    AND (pg_catalog.strpos(kinds, 'I') OPERATOR(pg_catalog.=) 0 OR pg_catalog.current_setting('IntervalStyle') OPERATOR(pg_catalog.=) 'postgres')
    AND (pg_catalog.strpos(kinds, 'D') OPERATOR(pg_catalog.=) 0 OR pg_catalog.starts_with(pg_catalog.current_setting('DateStyle'), 'ISO'))
$$;

CREATE OR REPLACE FUNCTION annals.most_rows(function_name text) RETURNS integer
-- How many rows of a statement one row of the outbox takes: 500, or as many as stay below 600 MB of JSON where columns
-- are numeric without a limit, of which a value of 8 bytes may have 147,455 digits.
LANGUAGE plpgsql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN (
    SELECT least(500, min(600000000 / (147455 * w.wide + 1)))
    FROM (
      SELECT count(*) FILTER (WHERE a.atttypid = 'numeric'::regtype AND a.atttypmod = -1) AS wide
      FROM annals.captured_tables(function_name) AS t(relid)
      JOIN pg_attribute a ON a.attrelid = t.relid AND a.attnum > 0 AND NOT a.attisdropped
      GROUP BY a.attrelid) AS w);
END
$$;
