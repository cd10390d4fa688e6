-- The indexes by which lib/query looks through a month, and how far they are from being there. One query, which
-- changes nothing: it returns the statements that are still to run, in order, and no row when all is as it should
-- be; `obstacle` says what stands in the way of one, which is then not to be run.
--
-- They need two extensions, which a migration may not be able to make, so they are no migration: whenever the
-- extensions turn up, the next `annals migrate` builds them. Until then lists read row by row, within their time.
--
-- One multi-column index for each record: the small facets, and the searched text by its trigrams, so that a
-- combination of them is settled inside the index. NULL counts as '', because GIN cannot look for NULL. The
-- expressions are those of lib/query/narrow.ts and lib/query/search-text.ts; lib/query/plans.test.ts holds the
-- three together.
WITH wanted (record, columns, searched) AS (VALUES
  ('audit_log',
    'tenant, actor_kind, actor_id, attribution, coalesce(impersonator_id, ''''), module, source, action, object_type, changed_fields',
    '{object_label,actor_label,object_id,reason}'::text[]),
  ('login_attempt',
    'tenant, actor_kind, actor_id, attribution, coalesce(impersonator_id, ''''), module, source, status, coalesce(failure_reason, ''''), coalesce(country, ''''), coalesce(city, '''')',
    '{username,actor_label,country,city,user_agent}'),
  ('data_export',
    'tenant, actor_kind, actor_id, attribution, coalesce(impersonator_id, ''''), module, source, export_type, file_format, status, record_count, file_size, (download_count::bigint)',
    '{export_type,actor_label,file_path}'),
  ('system_event',
    'tenant, actor_kind, actor_id, attribution, coalesce(impersonator_id, ''''), module, source, event_type, (resolved::integer), coalesce(function_name, ''''), coalesce(error_code, ''''), coalesce(fingerprint, ''''), coalesce(resolved_by, '''')',
    '{title,description,function_name,error_code,actor_label}')
),

-- Operator classes are found wherever the extensions live. btree_gin is asked for by the kind of class that it
-- brings and that goes without saying, pg_trgm by the name of the one that has to be named.
class (facets, trigrams, trigram_schema) AS (
  SELECT
    EXISTS (
      SELECT FROM pg_catalog.pg_opclass o JOIN pg_catalog.pg_am a ON a.oid = o.opcmethod
      WHERE a.amname = 'gin' AND o.opcdefault AND o.opcintype = 'pg_catalog.text'::pg_catalog.regtype),
    t.oid IS NOT NULL, t.schema
  FROM (SELECT 1) AS one
  LEFT JOIN (
    SELECT o.oid, n.nspname AS schema
    FROM pg_catalog.pg_opclass o
    JOIN pg_catalog.pg_am a ON a.oid = o.opcmethod
    JOIN pg_catalog.pg_namespace n ON n.oid = o.opcnamespace
    WHERE a.amname = 'gin' AND o.opcname = 'gin_trgm_ops'
    ORDER BY n.nspname LIMIT 1
  ) AS t ON true
),
-- The owner of the records must be able to name the class: partitions made later get their index as the owner.
obstacle (text) AS (
  SELECT CASE
    WHEN NOT facets AND NOT trigrams THEN 'the extensions btree_gin and pg_trgm are missing'
    WHEN NOT facets THEN 'the extension btree_gin is missing'
    WHEN NOT trigrams THEN 'the extension pg_trgm is missing'
    WHEN NOT pg_catalog.has_schema_privilege(n.nspowner, c.trigram_schema, 'USAGE')
      THEN pg_catalog.format('role %s may not use schema %s, where the extension pg_trgm is',
        pg_catalog.pg_get_userbyid(n.nspowner), c.trigram_schema)
    END
  FROM class c, pg_catalog.pg_namespace n
  WHERE n.nspname = 'annals'
),
definition (record, text) AS (
  SELECT w.record, pg_catalog.format('USING gin (%s, lower(%s) %I.gin_trgm_ops)', w.columns,
    (SELECT pg_catalog.string_agg(pg_catalog.format('coalesce(%I, '''')', s.name), ' || '' '' || ' ORDER BY s.place)
     FROM pg_catalog.unnest(w.searched) WITH ORDINALITY AS s(name, place)),
    coalesce(c.trigram_schema, 'public'))
  FROM wanted w, class c
),
-- Each table that is to have one: the record, and those of its months that hold rows, first and by themselves, so
-- that a long build locks one month at a time. Empty ones get theirs with the record.
target (record, step, name) AS (
  SELECT d.record, 2, d.record FROM definition d
  UNION ALL
  SELECT d.record, 1, c.relname
  FROM definition d
  JOIN pg_catalog.pg_inherits i ON i.inhparent = pg_catalog.to_regclass('annals.' || d.record)
  JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid
  WHERE pg_catalog.pg_relation_size(c.oid) > 0
)
SELECT pg_catalog.format('CREATE INDEX %I ON annals.%I %s', t.name || '_find', t.name, d.text) AS statement,
  (SELECT text FROM obstacle) AS obstacle
FROM target t
JOIN definition d USING (record)
WHERE pg_catalog.to_regclass('annals.' || t.record) IS NOT NULL
  AND NOT EXISTS (
    SELECT FROM pg_catalog.pg_index x WHERE x.indexrelid = pg_catalog.to_regclass('annals.' || t.record || '_find') AND x.indisvalid)
  AND pg_catalog.to_regclass('annals.' || t.name || '_find') IS NULL
ORDER BY t.record, t.step, t.name
