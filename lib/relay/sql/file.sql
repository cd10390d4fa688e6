CREATE OR REPLACE FUNCTION annals.file(ids bigint[], first_seq bigint, repair boolean) RETURNS bigint
-- version: 5
-- Files these outbox rows: pairs old with new by position (both sides of a statement are aggregated in
-- the same order), diffs, drops what did not change, numbers from `first_seq` on without a gap, inserts
-- into the four records, keeps the segments, empties the outbox. All in the caller's transaction. Returns
-- the number of events. With `repair`, in rows that PostgreSQL would refuse the content is replaced and marked.
--
-- Planning takes 5 ms, so the plan is kept from call to call. It must do for one row as for thousands, for an
-- outbox that was empty when it was made as for one with a backlog, and nobody knows how many rows a CTE holds:
-- no nested loops between them, and no scan of the outbox that compares each of its rows with each id.
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET work_mem = '64MB' SET jit = off
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_nestloop = off SET timezone = 'UTC' AS $$
DECLARE
  filed bigint;
  late record;
BEGIN
  WITH taken AS MATERIALIZED (
    SELECT o.id, o.tx, o.recorded_at, o.op, o.relation, o.object_type, o.db_role, nullif(o.application, '') AS application,
      o.client,
      CASE WHEN o.flawed THEN annals.repaired_rows(o.old_rows) ELSE o.old_rows::jsonb END AS old_rows,
      CASE WHEN NOT o.flawed THEN o.new_rows::jsonb
        WHEN o.op = 'E' THEN annals.repaired_event(o.new_rows)
        ELSE annals.repaired_rows(o.new_rows) END AS new_rows,
      CASE WHEN o.flawed THEN annals.repaired_context(o.context) ELSE nullif(o.context, '')::jsonb END AS ctx, o.flawed
    -- Fenced, so that each row is looked at once.
    FROM (
      SELECT w.*, repair AND annals.flawed(w.op, w.old_rows, w.new_rows, w.context) AS flawed
      FROM annals.outbox w WHERE w.id = ANY (ids) OFFSET 0) o
  ), source AS MATERIALIZED (
    -- Who and where from, once per outbox row.
    SELECT t.id, t.tx, t.recorded_at, t.db_role, t.application,
      coalesce(left(t.ctx ->> 'tenant', 200), '') AS tenant,
      CASE WHEN t.ctx IS NULL THEN 'system'
        WHEN t.ctx ->> 'actor_kind' IN ('user', 'service', 'job', 'system', 'anonymous') THEN t.ctx ->> 'actor_kind'
        ELSE 'anonymous' END AS actor_kind,
      coalesce(left(t.ctx ->> 'actor_id', 200), '') AS actor_id,
      CASE WHEN t.ctx IS NULL THEN t.db_role ELSE coalesce(left(t.ctx ->> 'actor_label', 200), '') END AS actor_label,
      left(t.ctx ->> 'impersonator_id', 200) AS impersonator_id,
      CASE WHEN t.ctx IS NULL THEN 'database_role'
        WHEN t.ctx ->> 'attribution' IN ('session', 'token', 'claimed') THEN t.ctx ->> 'attribution'
        ELSE 'none' END AS attribution,
      CASE WHEN t.ctx IS NULL THEN t.client ELSE (t.ctx ->> 'ip')::inet END AS ip,
      CASE WHEN t.ctx IS NULL THEN CASE WHEN t.client IS NOT NULL THEN 'connection' END
        ELSE left(t.ctx ->> 'ip_source', 200) END AS ip_source,
      left(t.ctx ->> 'user_agent', 500) AS user_agent,
      left(t.ctx ->> 'session_hash', 128) AS session_hash,
      left(t.ctx ->> 'request_id', 200) AS request_id,
      left(t.ctx ->> 'trace_id', 200) AS trace_id,
      coalesce(left(t.ctx ->> 'module', 200), '') AS module,
      left(t.ctx ->> 'reason', 2000) AS reason,
      CASE WHEN t.op <> 'E' THEN 'trigger'
        WHEN t.ctx ->> 'source' IN ('auth', 'console') THEN t.ctx ->> 'source'
        WHEN t.object_type = 'logins' THEN 'auth'
        ELSE 'api' END AS source
    FROM taken t
  ), happening AS MATERIALIZED (
    -- System events with a fingerprint fold for a day, as long as nobody resolved the first: it counts them.
    SELECT e.id, e.recorded_at, e.known_seq, e.known_at,
      row_number() OVER again = 1 AND e.known_seq IS NULL AS is_first, count(*) OVER (PARTITION BY e.tenant, e.fingerprint) AS occurrences,
      max(e.recorded_at) OVER (PARTITION BY e.tenant, e.fingerprint) AS last_seen_at
    FROM (
      SELECT t.id, t.recorded_at, s.tenant, left(t.new_rows ->> 'fingerprint', 128) AS fingerprint,
        f.seq AS known_seq, f.recorded_at AS known_at
      FROM taken t
      JOIN source s USING (id)
      LEFT JOIN LATERAL (
        SELECT r.seq, r.recorded_at FROM annals.system_event r
        WHERE r.fingerprint = left(t.new_rows ->> 'fingerprint', 128) AND r.tenant = s.tenant AND NOT r.resolved
          AND r.recorded_at BETWEEN t.recorded_at - interval '24 hours' AND t.recorded_at
        ORDER BY r.recorded_at DESC LIMIT 1) AS f ON true
      WHERE t.op = 'E' AND t.object_type = 'events' AND t.new_rows ->> 'fingerprint' IS NOT NULL
        AND NOT EXISTS (SELECT FROM taken earlier WHERE earlier.op = 'E' AND earlier.object_type = 'events'
          AND earlier.id < t.id AND lower(earlier.new_rows ->> 'event_id') = lower(t.new_rows ->> 'event_id'))
        AND NOT EXISTS (SELECT FROM annals.system_event r WHERE r.event_id = (t.new_rows ->> 'event_id')::uuid
          AND r.recorded_at > t.recorded_at - interval '31 days')
    ) AS e
    WINDOW again AS (PARTITION BY e.tenant, e.fingerprint ORDER BY e.id)
  ), folded AS (
    UPDATE annals.system_event r SET occurrences = r.occurrences + h.n, last_seen_at = greatest(r.last_seen_at, h.last_seen_at)
    FROM (SELECT known_seq, known_at, count(*) AS n, max(recorded_at) AS last_seen_at
      FROM happening WHERE known_seq IS NOT NULL GROUP BY 1, 2) AS h
    WHERE r.seq = h.known_seq AND r.recorded_at = h.known_at
  ), shape AS MATERIALIZED (
    -- How the rows of each captured relation are named. A key or label that was renamed since it was
    -- tracked is looked up in the catalogue as it is now.
    SELECT d.relation, d.object_type, tt.label_column,
      coalesce(tt.key_columns, '{}') AS declared_key,
      coalesce((
        SELECT array_agg(a.attname::text ORDER BY k.ord)
        FROM pg_index i
        CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS k(attnum, ord)
        JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
        WHERE i.indrelid = d.relation AND i.indisprimary), '{}') AS present_key,
      coalesce((
        SELECT array_agg(a.attname::text) FROM pg_attribute a
        WHERE a.attrelid = d.relation AND a.atttypid = 'bytea'::regtype AND NOT a.attisdropped), '{}') AS binary_columns,
      -- Captured as the session had it: one instant has many texts.
      coalesce((
        SELECT array_agg(a.attname::text) FROM pg_attribute a
        LEFT JOIN pg_type t ON t.oid = a.atttypid AND t.typtype = 'd'
        WHERE a.attrelid = d.relation AND coalesce(nullif(t.typbasetype, 0), a.atttypid) = 'timestamptz'::regtype AND NOT a.attisdropped), '{}') AS zoned_columns,
      -- PostgreSQL 18 hands a virtual column to no trigger: null in its place would be false.
      coalesce((
        SELECT array_agg(a.attname::text) FROM pg_attribute a
        WHERE a.attrelid = d.relation AND a.attgenerated = 'v' AND NOT a.attisdropped), '{}') AS virtual_columns
    FROM (SELECT DISTINCT relation, object_type FROM taken WHERE op <> 'E') d
    LEFT JOIN annals.tracked_table tt ON tt.object_type = d.object_type
  ), statement AS MATERIALIZED (
    SELECT t.id, t.op, t.object_type, t.flawed, t.label_column, t.binary_columns, t.virtual_columns, t.zoned_columns,
      CASE WHEN t.hides THEN t.old_rows - 0 ELSE t.old_rows END AS old_rows,
      CASE WHEN t.hides THEN t.new_rows - 0 ELSE t.new_rows END AS new_rows,
      -- The same columns are hidden in all rows of a statement: an array before the rows says which. Rows are
      -- objects, so nothing that a host has stored can be taken for it.
      CASE WHEN t.hides THEN t.old_rows -> 0 -> 2 END AS old_masks, CASE WHEN t.hides THEN t.new_rows -> 0 -> 2 END AS new_masks,
      CASE WHEN t.hides THEN ARRAY(SELECT jsonb_array_elements_text(coalesce(t.new_rows, t.old_rows) -> 0 -> 0)) END AS masked,
      CASE WHEN t.hides THEN ARRAY(SELECT jsonb_array_elements_text(coalesce(t.new_rows, t.old_rows) -> 0 -> 1)) END AS left_out,
      CASE WHEN coalesce(t.new_rows, t.old_rows) -> (CASE WHEN t.hides THEN 1 ELSE 0 END) ?& t.declared_key AND t.declared_key <> '{}'
        THEN t.declared_key ELSE t.present_key END AS key
    FROM (
      SELECT t.id, t.op, t.old_rows, t.new_rows, t.flawed, s.*, jsonb_typeof(coalesce(t.new_rows, t.old_rows) -> 0) = 'array' AS hides
      FROM taken t
      JOIN shape s ON s.relation IS NOT DISTINCT FROM t.relation AND s.object_type = t.object_type
      WHERE t.op IN ('I', 'U', 'D')) AS t
  ), pair AS MATERIALIZED (
    -- A key that is itself a secret names its object by its hash.
    SELECT r.id, r.ord, r.op, r.object_type, r.flawed, r.label_column, r.binary_columns, r.key, r.old, r.new, r.old_masks, r.new_masks,
      CASE cardinality(r.key) WHEN 1 THEN coalesce('masked:' || (r.old_masks ->> r.key[1]), r.old ->> r.key[1]) WHEN 0 THEN ''
        ELSE (SELECT jsonb_agg(coalesce(to_jsonb('masked:' || (r.old_masks ->> k.name)), r.old -> k.name) ORDER BY k.ord)::text
              FROM unnest(r.key) WITH ORDINALITY AS k(name, ord)) END AS old_id,
      CASE cardinality(r.key) WHEN 1 THEN coalesce('masked:' || (r.new_masks ->> r.key[1]), r.new ->> r.key[1]) WHEN 0 THEN ''
        ELSE (SELECT jsonb_agg(coalesce(to_jsonb('masked:' || (r.new_masks ->> k.name)), r.new -> k.name) ORDER BY k.ord)::text
              FROM unnest(r.key) WITH ORDINALITY AS k(name, ord)) END AS new_id
    FROM (
      SELECT st.id, p.ord, st.op, st.object_type, st.flawed, st.label_column, st.binary_columns, st.key,
        annals.in_utc(CASE WHEN st.masked IS NULL THEN p.old - st.virtual_columns ELSE p.old - st.virtual_columns - st.masked - st.left_out END, st.zoned_columns) AS old,
        annals.in_utc(CASE WHEN st.masked IS NULL THEN p.new - st.virtual_columns ELSE p.new - st.virtual_columns - st.masked - st.left_out END, st.zoned_columns) AS new,
        CASE WHEN st.old_masks IS NOT NULL THEN (
          SELECT jsonb_object_agg(m.name, m.hash) FROM ROWS FROM (unnest(st.masked), jsonb_array_elements_text(st.old_masks -> (p.ord - 1)::integer)) AS m(name, hash)
          WHERE p.old ? m.name) END AS old_masks,
        CASE WHEN st.new_masks IS NOT NULL THEN (
          SELECT jsonb_object_agg(m.name, m.hash) FROM ROWS FROM (unnest(st.masked), jsonb_array_elements_text(st.new_masks -> (p.ord - 1)::integer)) AS m(name, hash)
          WHERE p.new ? m.name) END AS new_masks
      FROM statement st
      CROSS JOIN LATERAL ROWS FROM (jsonb_array_elements(st.old_rows), jsonb_array_elements(st.new_rows))
        WITH ORDINALITY AS p(old, new, ord)
    ) AS r
  ), change AS (
    -- A row whose key changed is another object: one is deleted, one created, deletions first.
    SELECT p.id, 1 AS phase, p.ord, 'UPDATE' AS action, p.object_type, p.new_id AS object_id, p.new AS whole,
      (SELECT jsonb_object_agg(f.key, f.value) FROM (
        SELECT f.key, jsonb_build_object('old', p.old -> f.key, 'new', f.value) AS value FROM jsonb_each(p.new) AS f
        WHERE (p.old -> f.key)::text IS DISTINCT FROM f.value::text
        UNION ALL
        SELECT m.key, '{"masked": true}' FROM jsonb_each(p.new_masks) AS m WHERE p.old_masks -> m.key IS DISTINCT FROM m.value) AS f) AS changes,
      p.flawed, p.label_column, p.binary_columns, p.key
    FROM pair p
    WHERE p.op = 'U' AND p.old_id IS NOT DISTINCT FROM p.new_id
    UNION ALL
    SELECT p.id, 0, p.ord, 'DELETE', p.object_type, p.old_id, p.old,
      (SELECT coalesce(jsonb_object_agg(f.key, f.value), '{}') FROM (
        SELECT f.key, jsonb_build_object('old', f.value) AS value FROM jsonb_each(p.old) AS f
        UNION ALL SELECT m.key, '{"masked": true}' FROM jsonb_each(p.old_masks) AS m) AS f),
      p.flawed, p.label_column, p.binary_columns, p.key
    FROM pair p
    WHERE p.op = 'D' OR (p.op = 'U' AND p.old_id IS DISTINCT FROM p.new_id)
    UNION ALL
    SELECT p.id, 1, p.ord, 'CREATE', p.object_type, p.new_id, p.new,
      (SELECT coalesce(jsonb_object_agg(f.key, f.value), '{}') FROM (
        SELECT f.key, jsonb_build_object('new', f.value) AS value FROM jsonb_each(p.new) AS f
        UNION ALL SELECT m.key, '{"masked": true}' FROM jsonb_each(p.new_masks) AS m) AS f),
      p.flawed, p.label_column, p.binary_columns, p.key
    FROM pair p
    WHERE p.op = 'I' OR (p.op = 'U' AND p.old_id IS DISTINCT FROM p.new_id)
  ), event AS (
    SELECT c.id, c.phase, c.ord, 'audit_log' AS record, c.action, c.object_type,
      coalesce(left(c.object_id, 500), '') AS object_id,
      coalesce(left(CASE
        -- A masked one is not among the values.
        WHEN c.whole ? c.label_column THEN c.whole ->> c.label_column
        -- Without a key the row itself is the only name that it has.
        WHEN cardinality(c.key) = 0 THEN (
          SELECT string_agg(f.key || '=' || coalesce(f.value #>> '{}', 'null'), ', ')
          FROM jsonb_each(c.whole) AS f
          WHERE jsonb_typeof(f.value) IN ('string', 'number', 'boolean'))
        END, 200), '') AS object_label,
      -- By its text, as it will be read: the number 1e131071 takes ten bytes, and 128 kB then.
      CASE WHEN c.binary_columns <> '{}' OR octet_length(c.changes::text) > 8000 OR c.flawed
        THEN annals.present(c.changes, c.binary_columns) ELSE c.changes END
        || CASE WHEN c.flawed THEN '{"_sanitized": {"new": "content that PostgreSQL cannot store was replaced"}}'::jsonb
           ELSE '{}' END AS changes,
      c.action = 'UPDATE' AS keep_fields,
      NULL::jsonb AS data
    -- The fence keeps PostgreSQL from comparing the rows a second time to tell whether they differ.
    FROM (SELECT * FROM change OFFSET 0) c
    WHERE c.changes IS NOT NULL
    UNION ALL
    SELECT t.id, 1, 1, 'audit_log', 'TRUNCATE', t.object_type, '', '', NULL, false, NULL
    FROM taken t
    WHERE t.op = 'T'
    UNION ALL
    SELECT t.id, 1, 1, CASE t.object_type WHEN 'audit' THEN 'audit_log' WHEN 'logins' THEN 'login_attempt'
        WHEN 'exports' THEN 'data_export' ELSE 'system_event' END,
      t.new_rows ->> 'action', coalesce(left(t.new_rows ->> 'object_type', 200), ''),
      coalesce(left(t.new_rows ->> 'object_id', 500), ''), coalesce(left(t.new_rows ->> 'object_label', 200), ''),
      CASE WHEN jsonb_typeof(t.new_rows -> 'changes') = 'object' THEN annals.present(
        -- Values given without a pair are recorded values, not a change.
        (SELECT jsonb_object_agg(f.key, CASE WHEN jsonb_typeof(f.value) = 'object' AND (f.value ? 'old' OR f.value ? 'new' OR f.value ? 'masked')
           THEN f.value ELSE jsonb_build_object('new', f.value) END) FROM jsonb_each(t.new_rows -> 'changes') AS f), '{}') END,
      true, t.new_rows
    FROM taken t
    WHERE t.op = 'E' AND t.object_type IN ('audit', 'logins', 'exports', 'events')
      AND NOT EXISTS (SELECT FROM happening h WHERE h.id = t.id AND NOT h.is_first)
      -- A retry carries the id of the first try: filed once. The id is looked for where it can be, 31 days back.
      AND NOT EXISTS (SELECT FROM taken earlier WHERE earlier.op = 'E' AND earlier.object_type = t.object_type
        AND earlier.id < t.id AND lower(earlier.new_rows ->> 'event_id') = lower(t.new_rows ->> 'event_id'))
      AND (t.new_rows ->> 'event_id' IS NULL OR NOT CASE t.object_type
        WHEN 'audit' THEN EXISTS (SELECT FROM annals.audit_log r
          WHERE r.event_id = (t.new_rows ->> 'event_id')::uuid AND r.recorded_at > t.recorded_at - interval '31 days')
        WHEN 'logins' THEN EXISTS (SELECT FROM annals.login_attempt r
          WHERE r.event_id = (t.new_rows ->> 'event_id')::uuid AND r.recorded_at > t.recorded_at - interval '31 days')
        WHEN 'exports' THEN EXISTS (SELECT FROM annals.data_export r
          WHERE r.event_id = (t.new_rows ->> 'event_id')::uuid AND r.recorded_at > t.recorded_at - interval '31 days')
        ELSE EXISTS (SELECT FROM annals.system_event r
          WHERE r.event_id = (t.new_rows ->> 'event_id')::uuid AND r.recorded_at > t.recorded_at - interval '31 days')
        END)
  ), numbered AS MATERIALIZED (
    SELECT e.*, s.recorded_at, first_seq - 1 + row_number() OVER (ORDER BY e.id, e.phase, e.ord) AS seq
    FROM event e
    JOIN source s USING (id)
  ), into_audit_log AS (
    INSERT INTO annals.audit_log (seq, recorded_at, tx, event_id, tenant, actor_kind, actor_id, actor_label, impersonator_id,
      attribution, ip, ip_source, user_agent, session_hash, request_id, trace_id, module, source, db_role, application,
      action, object_type, object_id, object_label, changes, changed_fields, reason)
    SELECT n.seq, n.recorded_at, s.tx, (n.data ->> 'event_id')::uuid, s.tenant, s.actor_kind, s.actor_id, s.actor_label, s.impersonator_id,
      s.attribution, s.ip, s.ip_source, s.user_agent, s.session_hash, s.request_id, s.trace_id, s.module, s.source, s.db_role, s.application,
      -- With its type it must fit into one entry of an index, 2.7 kB, whatever its letters.
      n.action, n.object_type, left(n.object_id, CASE WHEN octet_length(n.object_id) > 1800 THEN 450 ELSE 500 END), n.object_label, n.changes,
      CASE WHEN n.keep_fields THEN coalesce((SELECT array_agg(f.name) FROM jsonb_object_keys(n.changes) AS f(name)), '{}') ELSE '{}' END,
      coalesce(left(n.data ->> 'reason', 2000), s.reason)
    FROM numbered n JOIN source s USING (id)
    WHERE n.record = 'audit_log'
    ORDER BY n.seq
  ), into_login_attempt AS (
    INSERT INTO annals.login_attempt (seq, recorded_at, tx, event_id, tenant, actor_kind, actor_id, actor_label, impersonator_id,
      attribution, ip, ip_source, user_agent, session_hash, request_id, trace_id, module, source, db_role, application,
      username, status, failure_reason, country, city)
    SELECT n.seq, n.recorded_at, s.tx, (n.data ->> 'event_id')::uuid, s.tenant, s.actor_kind, s.actor_id, s.actor_label, s.impersonator_id,
      s.attribution, s.ip, s.ip_source, s.user_agent, s.session_hash, s.request_id, s.trace_id, s.module, s.source, s.db_role, s.application,
      CASE WHEN length(n.data ->> 'username') > 300 THEN left(n.data ->> 'username', 299) || chr(8230)
        ELSE coalesce(n.data ->> 'username', '') END,
      n.data ->> 'status', n.data ->> 'failure_reason', left(n.data ->> 'country', 100), left(n.data ->> 'city', 200)
    FROM numbered n JOIN source s USING (id)
    WHERE n.record = 'login_attempt'
  ), into_data_export AS (
    INSERT INTO annals.data_export (seq, recorded_at, tx, event_id, tenant, actor_kind, actor_id, actor_label, impersonator_id,
      attribution, ip, ip_source, user_agent, session_hash, request_id, trace_id, module, source, db_role, application,
      export_type, file_format, record_count, file_size, filters_applied, file_path, columns, sha256, status)
    SELECT n.seq, n.recorded_at, s.tx, (n.data ->> 'event_id')::uuid, s.tenant, s.actor_kind, s.actor_id, s.actor_label, s.impersonator_id,
      s.attribution, s.ip, s.ip_source, s.user_agent, s.session_hash, s.request_id, s.trace_id, s.module, s.source, s.db_role, s.application,
      coalesce(left(n.data ->> 'export_type', 200), ''), coalesce(left(n.data ->> 'file_format', 40), ''),
      (n.data ->> 'record_count')::bigint, (n.data ->> 'file_size')::bigint, CASE WHEN octet_length((n.data -> 'filters_applied')::text) > 131072
        THEN annals.present_value(n.data -> 'filters_applied', false) ELSE n.data -> 'filters_applied' END,
      left(n.data ->> 'file_path', 1000),
      -- A query of PostgreSQL has 1,664 columns at most, with names of 63 bytes.
      CASE WHEN jsonb_typeof(n.data -> 'columns') = 'array' THEN ARRAY(SELECT left(c, 200) FROM jsonb_array_elements_text(n.data -> 'columns') AS c LIMIT 2000) END,
      left(n.data ->> 'sha256', 64), coalesce(n.data ->> 'status', 'completed')
    FROM numbered n JOIN source s USING (id)
    WHERE n.record = 'data_export'
  ), into_system_event AS (
    INSERT INTO annals.system_event (seq, recorded_at, tx, event_id, tenant, actor_kind, actor_id, actor_label, impersonator_id,
      attribution, ip, ip_source, user_agent, session_hash, request_id, trace_id, module, source, db_role, application,
      event_type, title, description, function_name, line_number, error_code, stack_trace, fingerprint, occurrences, last_seen_at)
    SELECT n.seq, n.recorded_at, s.tx, (n.data ->> 'event_id')::uuid, s.tenant, s.actor_kind, s.actor_id, s.actor_label, s.impersonator_id,
      s.attribution, s.ip, s.ip_source, s.user_agent, s.session_hash, s.request_id, s.trace_id,
      coalesce(left(n.data ->> 'module', 200), s.module), s.source, s.db_role, s.application,
      n.data ->> 'event_type', left(n.data ->> 'title', 500), left(n.data ->> 'description', 65536),
      left(n.data ->> 'function_name', 300), (n.data ->> 'line_number')::integer, left(n.data ->> 'error_code', 100),
      left(n.data ->> 'stack_trace', 65536), left(n.data ->> 'fingerprint', 128),
      coalesce(h.occurrences, 1), coalesce(h.last_seen_at, n.recorded_at)
    FROM numbered n JOIN source s USING (id) LEFT JOIN happening h USING (id)
    WHERE n.record = 'system_event'
  ), into_segment AS (
    INSERT INTO annals.segment AS g (record, month, from_seq, to_seq, from_at, to_at, rows)
    SELECT n.record, date_trunc('month', n.recorded_at)::date, min(n.seq), max(n.seq), min(n.recorded_at), max(n.recorded_at), count(*)
    FROM numbered n
    GROUP BY 1, 2
    ON CONFLICT (record, month) DO UPDATE SET
      from_seq = least(g.from_seq, excluded.from_seq), to_seq = greatest(g.to_seq, excluded.to_seq),
      from_at = least(g.from_at, excluded.from_at), to_at = greatest(g.to_at, excluded.to_at),
      rows = g.rows + excluded.rows
  )
  SELECT count(*) INTO filed FROM numbered;

  -- What folds into an export: its completion or failure, and each download.
  FOR late IN
    SELECT o.id, o.object_type,
      CASE WHEN repair THEN annals.repaired_event(o.new_rows) ELSE o.new_rows::jsonb END AS data
    FROM annals.outbox o
    WHERE o.id = ANY (ids) AND o.op = 'E' AND o.object_type IN ('export_update', 'export_download')
    ORDER BY o.id
  LOOP
    UPDATE annals.data_export d SET
      status = CASE WHEN late.data ->> 'status' IN ('completed', 'failed') THEN late.data ->> 'status' ELSE d.status END,
      record_count = coalesce((late.data ->> 'record_count')::bigint, d.record_count),
      file_size = coalesce((late.data ->> 'file_size')::bigint, d.file_size),
      file_path = coalesce(left(late.data ->> 'file_path', 1000), d.file_path),
      sha256 = coalesce(left(late.data ->> 'sha256', 64), d.sha256),
      columns = CASE WHEN jsonb_typeof(late.data -> 'columns') = 'array' THEN ARRAY(SELECT left(c, 200) FROM jsonb_array_elements_text(late.data -> 'columns') AS c LIMIT 2000) ELSE d.columns END,
      download_count = d.download_count + (late.object_type = 'export_download')::integer
    WHERE d.event_id = (late.data ->> 'event_id')::uuid;
    IF NOT FOUND THEN
      RAISE EXCEPTION '% names the export %, which is not on record', late.object_type, late.data ->> 'event_id'
        USING ERRCODE = 'no_data_found';
    END IF;
  END LOOP;

  DELETE FROM annals.outbox WHERE id = ANY (ids);
  RETURN filed;
END
$$;
