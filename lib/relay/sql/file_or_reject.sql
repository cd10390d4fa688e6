CREATE OR REPLACE FUNCTION annals.file_or_reject(ids bigint[], first_seq bigint) RETURNS bigint
-- version: 4
-- Files the rows. When that fails, it looks at each row by itself: what can be repaired is, what cannot be filed
-- is kept whole in annals.rejected, with a system event, and all the rest is filed in one go as before. So a
-- backlog of bad rows costs a few times what one of good rows does.
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  bad_ids bigint[];
  reasons text[];
BEGIN
  BEGIN
    RETURN annals.file(ids, first_seq, false);
  EXCEPTION
    -- Not the row's fault: the batch is rolled back and waits for the next call.
    WHEN insufficient_resources OR operator_intervention OR system_error OR transaction_rollback
      OR lock_not_available OR insufficient_privilege OR undefined_table OR undefined_column OR undefined_function THEN
      RAISE;
    WHEN OTHERS THEN
      NULL;
  END;
  SELECT array_agg(r.id ORDER BY r.id), array_agg(r.reason ORDER BY r.id) INTO bad_ids, reasons FROM annals.refused_events(ids) AS r;
  IF bad_ids IS NOT NULL THEN
    ids := ARRAY(SELECT i FROM unnest(ids) AS i WHERE i NOT IN (SELECT b FROM unnest(bad_ids) AS b) ORDER BY i)
      || annals.reject(bad_ids, reasons);
  END IF;
  RETURN annals.file_by_halves(ids, first_seq);
END
$$;

CREATE OR REPLACE FUNCTION annals.file_by_halves(ids bigint[], first_seq bigint) RETURNS bigint
-- Files the rows and repairs those that need it; when that fails all the same, for a reason that nobody thought
-- of, tries again by halves, so that one bad row holds up nothing. The one that fails alone is rejected.
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  state text;
  message text;
  filed bigint;
  middle integer := cardinality(ids) / 2;
BEGIN
  IF cardinality(ids) = 0 THEN
    RETURN 0;
  END IF;
  BEGIN
    RETURN annals.file(ids, first_seq, true);
  EXCEPTION
    WHEN insufficient_resources OR operator_intervention OR system_error OR transaction_rollback
      OR lock_not_available OR insufficient_privilege OR undefined_table OR undefined_column OR undefined_function THEN
      RAISE;
    WHEN OTHERS THEN
      GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT;
  END;
  IF middle > 0 THEN
    filed := annals.file_by_halves(ids[1:middle], first_seq);
    RETURN filed + annals.file_by_halves(ids[middle + 1:], first_seq + filed);
  END IF;
  RETURN annals.file(annals.reject(ids, ARRAY[state || ' ' || message]), first_seq, false);
END
$$;

CREATE OR REPLACE FUNCTION annals.refused_events(ids bigint[]) RETURNS TABLE (id bigint, reason text)
-- Which of these events from code no repair can make fit for their record, and why: SQLSTATE, space, message. As
-- annals.file would find, in one pass, exports before what names them. Looking can fail too: a number such as
-- 1e131071 takes 8 bytes, and 128 kB as soon as its JSON is text.
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET jit = off AS $$
#variable_conflict use_column
DECLARE
  o record;
  event jsonb;
  exports uuid[] := '{}';
BEGIN
  FOR o IN
    SELECT w.id, w.object_type AS kind, w.new_rows FROM annals.outbox w WHERE w.id = ANY (ids) AND w.op = 'E'
    ORDER BY w.object_type = 'exports' DESC, w.id
  LOOP
    BEGIN
      event := annals.repaired_event(o.new_rows);
      reason := CASE
        WHEN event IS NULL OR jsonb_typeof(event) <> 'object' THEN '22023 the event is no JSON object'
        ELSE '23514 ' || annals.event_problem(o.kind, event::json)
      END;
      IF reason IS NULL AND o.kind IN ('export_update', 'export_download')
        AND (event ->> 'event_id')::uuid <> ALL (exports)
        AND NOT EXISTS (SELECT FROM annals.data_export d WHERE d.event_id = (event ->> 'event_id')::uuid) THEN
        reason := format('P0002 %s names the export %s, which is not on record', o.kind, event ->> 'event_id');
      ELSIF reason IS NULL AND o.kind = 'exports' AND event ->> 'event_id' IS NOT NULL THEN
        exports := exports || (event ->> 'event_id')::uuid;
      END IF;
    EXCEPTION
      WHEN insufficient_resources OR operator_intervention OR system_error OR transaction_rollback
        OR lock_not_available OR insufficient_privilege OR undefined_table OR undefined_column OR undefined_function THEN
        RAISE;
      WHEN OTHERS THEN
        reason := SQLSTATE || ' ' || SQLERRM;
    END;
    IF reason IS NOT NULL THEN
      id := o.id;
      RETURN NEXT;
    END IF;
  END LOOP;
END
$$;

CREATE OR REPLACE FUNCTION annals.reject(bad_ids bigint[], reasons text[]) RETURNS bigint[]
-- Keeps rows of the outbox whole in annals.rejected, and puts an event for each into the outbox that tells of it;
-- returns the ids of those. They fold into one for each SQLSTATE.
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  -- As text, each side cut at 16 MB: jsonb holds 256 MB at most, and keeping the row must not fail too.
  INSERT INTO annals.rejected (id, sqlstate, error, outbox_row)
  SELECT o.id, left(b.reason, 5), substr(b.reason, 7), to_json(r)::text
  FROM unnest(bad_ids, reasons) AS b(id, reason)
  JOIN annals.outbox o ON o.id = b.id
  CROSS JOIN LATERAL (SELECT o.tx, o.recorded_at, o.op, o.rows, o.relation, o.object_type,
    left(o.old_rows, 16777216) AS old_rows, left(o.new_rows, 16777216) AS new_rows, left(o.context, 65536) AS context,
    o.db_role, o.application, o.client) AS r;
  DELETE FROM annals.outbox WHERE id = ANY (bad_ids);
  WITH notice AS (
    INSERT INTO annals.outbox (op, object_type, new_rows, context)
    SELECT 'E', 'events', json_build_object('event_type', 'ERROR', 'title', 'An event could not be filed',
        'description', format('Outbox row %s was refused with %s: %s. It is kept whole in annals.rejected.',
          b.id, left(b.reason, 5), substr(b.reason, 7)),
        'error_code', left(b.reason, 5), 'fingerprint', 'annals.rejected.' || left(b.reason, 5)),
      '{"actor_kind": "system", "actor_label": "annals relay", "attribution": "none", "module": "annals"}'
    FROM unnest(bad_ids, reasons) AS b(id, reason) ORDER BY b.id
    RETURNING id
  )
  SELECT array_agg(id ORDER BY id) FROM notice
$$;

DROP FUNCTION IF EXISTS annals.reject_or_repair(bigint, bigint);
