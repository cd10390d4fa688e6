-- Who may do what in schema annals: the matrix, and its comparison with the catalogue. One query, which changes
-- nothing: it returns the statements that are still to run, in order, and no row when all is as it should be.
-- Only what differs is touched, because a GRANT on a table at work can clash with it ("tuple concurrently updated").
--
-- $1: which roles play each part, such as {"owner": ["annals_owner"], "writer": ["annals_writer"], ...}. In a
-- single-role installation owner, capture and relay are one role, and writer the hosts' roles themselves.
-- A console is a member of reader and writer besides, an eraser of reader.
-- Rights that other roles were given by hand stay.
WITH part AS (
  SELECT p.key AS part, r.value AS role
  FROM pg_catalog.json_each($1::text::json) AS p, pg_catalog.json_array_elements_text(p.value) AS r
),

-- Name of a table, or `name/*` for its partitions; the part; privileges; columns, where they are limited.
-- Nobody else may do anything, and what is not listed is the owner's alone.
table_rule (name, part, privileges, columns) AS (VALUES
  -- Written to by hosts, through functions that belong to capture. Number, time, transaction and role are the
  -- database's to say: a capture function runs the host's own casts to json, which could forge them.
  ('outbox',            'capture', 'INSERT',
    'op, rows, relation, object_type, old_rows, new_rows, context, application, client'),
  ('outbox',            'relay',   'SELECT, DELETE', NULL),
  -- The relay appends one itself: the notice of a row that it had to reject.
  ('outbox',            'relay',   'INSERT', 'op, object_type, new_rows, context'),
  ('outbox/*',          'relay',   'SELECT, TRUNCATE', NULL),
  ('head',              'relay',   'SELECT, UPDATE', NULL),
  ('head',              'reader',  'SELECT', NULL),
  -- The records: the relay appends, and folds into the columns that are not history.
  ('audit_log',         'relay',   'SELECT, INSERT', NULL),
  ('login_attempt',     'relay',   'SELECT, INSERT', NULL),
  ('data_export',       'relay',   'SELECT, INSERT', NULL),
  ('data_export',       'relay',   'UPDATE',
    'status, record_count, file_size, file_path, sha256, columns, download_count'),
  ('system_event',      'relay',   'SELECT, INSERT', NULL),
  ('system_event',      'relay',   'UPDATE',
    'occurrences, last_seen_at, resolved, resolved_at, resolved_by, resolution_note'),
  ('audit_log',         'reader',  'SELECT', NULL),
  ('audit_log/*',       'reader',  'SELECT', NULL),
  ('login_attempt',     'reader',  'SELECT', NULL),
  ('login_attempt/*',   'reader',  'SELECT', NULL),
  ('data_export',       'reader',  'SELECT', NULL),
  ('data_export/*',     'reader',  'SELECT', NULL),
  ('system_event',      'reader',  'SELECT', NULL),
  ('system_event/*',    'reader',  'SELECT', NULL),
  ('segment',           'relay',   'SELECT, INSERT, UPDATE, DELETE', NULL),
  ('segment',           'reader',  'SELECT', NULL),
  ('rollup_shape',      'relay',   'SELECT', NULL),
  ('rollup_shape',      'reader',  'SELECT', NULL),
  ('rollup_day',        'relay',   'SELECT, INSERT, UPDATE, DELETE', NULL),
  ('rollup_day',        'reader',  'SELECT', NULL),
  ('rollup_month',      'relay',   'SELECT, INSERT, UPDATE, DELETE', NULL),
  ('rollup_month',      'reader',  'SELECT', NULL),
  ('rollup_head',       'relay',   'SELECT, UPDATE', NULL),
  ('rollup_head',       'reader',  'SELECT', NULL),
  ('rejected',          'relay',   'INSERT', NULL),
  -- For its lock alone: nothing is ever in it.
  ('relay_turn',        'relay',   'DELETE', NULL),
  ('installation',      'reader',  'SELECT', NULL),
  ('rejected',          'reader',  'SELECT', NULL),
  ('deletion',          'reader',  'SELECT', NULL),
  ('tombstone',         'relay',   'INSERT', NULL),
  ('drained_slot',      'relay',   'SELECT, INSERT, DELETE', NULL),
  ('tombstone',         'reader',  'SELECT', NULL),
  -- Password hashes: for nobody who only reads the records.
  ('console_user',      'console', 'SELECT', NULL),
  -- Who is signed in. Id and end are the database's to say, and no session is ever prolonged.
  ('console_session',   'console', 'SELECT, DELETE', NULL),
  ('console_session',   'console', 'INSERT', 'user_id'),
  ('tracked_table',     'relay',   'SELECT', NULL),
  ('tracked_table',     'reader',  'SELECT', NULL),
  ('migration',         'reader',  'SELECT', NULL),
  ('routine',           'reader',  'SELECT', NULL)
),
sequence_rule (name, part, privileges) AS (VALUES
  ('outbox_id',         'capture', 'USAGE'),
  ('outbox_id',         'relay',   'USAGE, SELECT')
),
-- Pattern of the name, the part that owns it, the parts that may call it. The first that fits counts.
function_rule (rank, pattern, owner, callers) AS (VALUES
  (1, '^record$',                                                       'capture', 'writer'),
  (2, '^(relay|arrived)$',                                              'relay',   'writer'),
  (3, '^(waiting|lag)$',                                                'relay',   'reader'),
  (4, '^(file|file_or_reject|file_by_halves|refused_events|reject|empty_slots|keep_partitions)$', 'relay', ''),
  (5, '^(repaired|event_problem)$',                                     'owner',   'relay, capture'),
  (6, '^(present|present_value|flawed|in_utc|repaired_(rows|event|context))$',       'owner',   'relay'),
  (7, '^ensure_partitions$',                                            'owner',   'relay, eraser'),
  -- What a capture function calls. The key of the masks is read in `mask` and `masks` alone, as the owner.
  (8, '^(capture_plan|capture_mode|capture_stale|captured_tables|most_rows|json_kinds|is_direct|is_masked|secret_column)$', 'owner', 'capture'),
  -- Of older capture functions, which go on calling them until `annals migrate` has replaced them.
  (8, '^(hidden_columns|without_secrets|mask_key)$', 'owner', 'capture'),
  (8, '^(as_json|apart|converted|by_column|large_value|pin_settings|restore_settings|masks|mask)$', 'owner', 'capture'),
  (9, '^(keep_rollups|close_months|count_batch|add_counts|uncount|repair_rollups)$', 'relay', ''),
  (10, '^rollup_differences$',                                          'relay',   'reader'),
  (11, '^rollup_counts$',                                               'owner',   'relay'),
  (12, '^relay_apart$',                                                 'owner',   'writer'),
  -- What `annals track` makes, also when its table is no longer tracked.
  (13, '^capture_',                                                     'capture', ''),
  (14, '^has_strays$',                                                  'owner',   'relay'),
  (15, '^forget_month$',                                                'relay',   ''),
  (16, '^(retire_month|month_witness)$',                                'owner',   'eraser'),
  (17, '',                                                              'owner',   '')
),

-- ------------------------------------------------------------------------------------- what there is
schema_object AS (
  SELECT n.oid, 'SCHEMA annals' AS object, n.nspowner AS owner,
    coalesce(n.nspacl, pg_catalog.acldefault('n', n.nspowner)) AS acl
  FROM pg_catalog.pg_namespace n WHERE n.nspname = 'annals'
),
relation_object AS (
  SELECT c.oid, c.relkind, pg_catalog.format('%s annals.%I', CASE c.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, c.relname) AS object,
    c.relowner AS owner, c.relname::text AS name, parent.relname || '/*' AS partition_of,
    coalesce(c.relacl, pg_catalog.acldefault((CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END)::"char", c.relowner)) AS acl
  FROM pg_catalog.pg_class c
  JOIN schema_object n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_inherits i ON i.inhrelid = c.oid
  LEFT JOIN pg_catalog.pg_class parent ON parent.oid = i.inhparent
  WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S')
),
function_object AS (
  SELECT p.oid, pg_catalog.format('%s annals.%I(%s)', CASE p.prokind WHEN 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END, p.proname, pg_catalog.pg_get_function_identity_arguments(p.oid)) AS object,
    p.proowner AS owner, coalesce(p.proacl, pg_catalog.acldefault('f', p.proowner)) AS acl,
    CASE WHEN t.function_name IS NOT NULL THEN 'capture' ELSE rule.owner END AS owner_part,
    CASE WHEN t.function_name IS NOT NULL THEN '' ELSE rule.callers END AS callers
  FROM pg_catalog.pg_proc p
  JOIN schema_object n ON n.oid = p.pronamespace
  LEFT JOIN annals.tracked_table t ON t.function_name = p.proname
  CROSS JOIN LATERAL (
    SELECT r.owner, r.callers FROM function_rule r WHERE p.proname ~ r.pattern ORDER BY r.rank LIMIT 1
  ) AS rule
),

-- ------------------------------------------------------------------------------------- who owns what
owner_change AS (
  SELECT o.object, part.role
  FROM (
    SELECT object, owner, 'owner' AS owner_part FROM schema_object
    UNION ALL
    -- A sequence of a column goes with its table.
    SELECT object, owner, 'owner' FROM relation_object WHERE relkind <> 'S'
    UNION ALL
    SELECT object, owner, owner_part FROM function_object
  ) AS o
  JOIN part ON part.part = o.owner_part
  WHERE pg_catalog.pg_get_userbyid(o.owner) <> part.role
),

-- ---------------------------------------------------------------------------------- who may do what
wanted AS (
  SELECT 'SCHEMA annals' AS object, part.role, 'USAGE' AS privilege, NULL::text AS column_name
  FROM part WHERE part.part <> 'owner'
  UNION
  SELECT o.object, part.role, privilege, column_name
  FROM table_rule r
  JOIN relation_object o ON r.name IN (o.name, o.partition_of)
  JOIN part ON part.part = r.part
  CROSS JOIN pg_catalog.unnest(pg_catalog.string_to_array(r.privileges, ', ')) AS privilege
  CROSS JOIN pg_catalog.unnest(coalesce(pg_catalog.string_to_array(r.columns, ', '), ARRAY[NULL])) AS column_name
  UNION
  SELECT o.object, part.role, privilege, NULL
  FROM sequence_rule r
  JOIN relation_object o ON o.name = r.name
  JOIN part ON part.part = r.part
  CROSS JOIN pg_catalog.unnest(pg_catalog.string_to_array(r.privileges, ', ')) AS privilege
  UNION
  SELECT o.object, part.role, 'EXECUTE', NULL
  FROM function_object o
  JOIN part ON part.part = ANY (pg_catalog.string_to_array(o.callers, ', '))
),
-- As it will be once the owners are right: a new owner takes the place of the old one in the list.
actual AS (
  SELECT a.object, CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_catalog.pg_get_userbyid(a.grantee)::text END AS role,
    a.privilege, a.column_name
  FROM (
    SELECT object, owner, e.grantee, e.privilege_type AS privilege, NULL::text AS column_name
    FROM schema_object, pg_catalog.aclexplode(acl) AS e
    UNION ALL
    SELECT object, owner, e.grantee, e.privilege_type, NULL FROM relation_object, pg_catalog.aclexplode(acl) AS e
    UNION ALL
    SELECT object, owner, e.grantee, e.privilege_type, NULL FROM function_object, pg_catalog.aclexplode(acl) AS e
    UNION ALL
    SELECT o.object, o.owner, e.grantee, e.privilege_type, a.attname::text
    FROM relation_object o
    JOIN pg_catalog.pg_attribute a ON a.attrelid = o.oid AND a.attacl IS NOT NULL AND NOT a.attisdropped
    CROSS JOIN pg_catalog.aclexplode(a.attacl) AS e
  ) AS a
  WHERE a.grantee <> a.owner
),
-- The roles that this matrix speaks for.
managed (role) AS (
  SELECT 'PUBLIC' UNION ALL
  SELECT pg_catalog.unnest(ARRAY[
    'annals_owner', 'annals_capture', 'annals_relay', 'annals_reader', 'annals_writer', 'annals_console', 'annals_eraser'])
),
owned AS (
  SELECT coalesce(c.object, o.object) AS object, coalesce(c.role, pg_catalog.pg_get_userbyid(o.owner)::text) AS role
  FROM (
    SELECT object, owner FROM schema_object
    UNION ALL SELECT object, owner FROM relation_object
    UNION ALL SELECT object, owner FROM function_object
  ) AS o
  LEFT JOIN owner_change c ON c.object = o.object
),
surplus AS (
  SELECT a.* FROM actual a JOIN managed USING (role)
  WHERE NOT EXISTS (
    SELECT FROM wanted w
    WHERE (w.object, w.role, w.privilege) = (a.object, a.role, a.privilege) AND w.column_name IS NOT DISTINCT FROM a.column_name)
),
lacking AS (
  SELECT w.* FROM wanted w
  WHERE NOT EXISTS (SELECT FROM owned o WHERE (o.object, o.role) = (w.object, w.role))
    AND NOT EXISTS (
      SELECT FROM actual a
      WHERE (w.object, w.role, w.privilege) = (a.object, a.role, a.privilege) AND w.column_name IS NOT DISTINCT FROM a.column_name)
),

-- ------------------------------------------------------------------------------------ what is to run
statement (step, text) AS (
  -- A new owner must be allowed to create in the schema, for as long as it takes.
  SELECT DISTINCT 1, pg_catalog.format('GRANT CREATE ON SCHEMA annals TO %I', role)
  FROM owner_change WHERE role <> (SELECT role FROM part WHERE part = 'owner')
  UNION ALL
  SELECT 2, pg_catalog.format('ALTER %s OWNER TO %I', object, role) FROM owner_change
  UNION ALL
  SELECT DISTINCT 3, pg_catalog.format('REVOKE CREATE ON SCHEMA annals FROM %I', role)
  FROM owner_change WHERE role <> (SELECT role FROM part WHERE part = 'owner')
  UNION ALL
  SELECT 4, pg_catalog.format('REVOKE %s ON %s FROM %s',
    pg_catalog.string_agg(privilege || coalesce(' (' || pg_catalog.quote_ident(column_name) || ')', ''), ', ' ORDER BY privilege, column_name),
    object, CASE role WHEN 'PUBLIC' THEN role ELSE pg_catalog.quote_ident(role) END)
  FROM surplus GROUP BY object, role
  UNION ALL
  SELECT 5, pg_catalog.format('GRANT %s ON %s TO %I',
    pg_catalog.string_agg(privilege || coalesce(' (' || pg_catalog.quote_ident(column_name) || ')', ''), ', ' ORDER BY privilege, column_name),
    object, role)
  FROM lacking GROUP BY object, role
)
SELECT text AS statement FROM statement ORDER BY step, text
