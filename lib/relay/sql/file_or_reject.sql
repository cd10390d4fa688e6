CREATE OR REPLACE FUNCTION annals.file_or_reject(ids bigint[], first_seq bigint) RETURNS bigint
-- version: 1
-- Files the rows; when that fails, tries again by halves, so that one bad row holds up nothing. The row
-- that fails alone is repaired; if it still fails it is kept whole in annals.rejected, with a system event.
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  filed bigint;
  middle integer := cardinality(ids) / 2;
BEGIN
  IF cardinality(ids) = 0 THEN
    RETURN 0;
  END IF;
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
  IF middle > 0 THEN
    filed := annals.file_or_reject(ids[1:middle], first_seq);
    RETURN filed + annals.file_or_reject(ids[middle + 1:], first_seq + filed);
  END IF;
  RETURN annals.reject_or_repair(ids[1], first_seq);
END
$$;

CREATE OR REPLACE FUNCTION annals.reject_or_repair(bad_id bigint, first_seq bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  state text;
  message text;
  notice_id bigint;
BEGIN
  RETURN annals.file(ARRAY[bad_id], first_seq, true);
EXCEPTION
  WHEN insufficient_resources OR operator_intervention OR system_error OR transaction_rollback
    OR lock_not_available OR insufficient_privilege OR undefined_table OR undefined_column OR undefined_function THEN
    RAISE;
  WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, message = MESSAGE_TEXT;
    -- As text, each side cut at 16 MB: jsonb holds 256 MB at most, and keeping the row must not fail too.
    INSERT INTO annals.rejected (id, sqlstate, error, outbox_row)
    SELECT o.id, state, message, to_json(r)::text
    FROM annals.outbox o
    CROSS JOIN LATERAL (SELECT o.tx, o.recorded_at, o.op, o.rows, o.relation, o.object_type,
      left(o.old_rows, 16777216) AS old_rows, left(o.new_rows, 16777216) AS new_rows, left(o.context, 65536) AS context,
      o.db_role, o.application, o.client) AS r
    WHERE o.id = bad_id;
    DELETE FROM annals.outbox WHERE id = bad_id;
    INSERT INTO annals.outbox (op, object_type, new_rows, context)
    VALUES ('E', 'events', json_build_object('event_type', 'ERROR', 'title', 'An event could not be filed',
      'description', format('Outbox row %s was refused with %s: %s. It is kept whole in annals.rejected.', bad_id, state, message),
      'error_code', state, 'fingerprint', 'annals.rejected.' || state),
      '{"actor_kind": "system", "actor_label": "annals relay", "attribution": "none", "module": "annals"}')
    RETURNING id INTO notice_id;
    RETURN annals.file(ARRAY[notice_id], first_seq, false);
END
$$;
