CREATE OR REPLACE FUNCTION annals.record(kind text, event json, context json DEFAULT NULL) RETURNS void
-- version: 4
-- Appends one event from code to the outbox, in the caller's transaction. `event` holds columns of its
-- record; what the database knows (number, time, transaction, role, address) is never taken from it.
-- Fails at once, naming the field, where the relay could not file the event.
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  problem text;
  given json := event;
BEGIN
  -- More than jsonb can hold, nor could it be repaired.
  IF octet_length(event::text) > 250000000 THEN
    RAISE EXCEPTION 'annals.record: event has more than 250 MB' USING ERRCODE = 'invalid_parameter_value';
  END IF;
  -- NUL and lone surrogates are for the relay to replace and mark; here they must not hide the fields.
  IF strpos(event::text, chr(92) || 'u') > 0 THEN
    event := annals.repaired(event::text);
  END IF;
  problem := CASE
    WHEN kind IS NULL OR kind NOT IN ('audit', 'logins', 'exports', 'events', 'export_update', 'export_download')
      THEN format('kind is %L; it must be audit, logins, exports, events, export_update or export_download', left(kind, 80))
    WHEN event IS NULL OR json_typeof(event) <> 'object'
      THEN 'event must be a JSON object'
    WHEN context IS NOT NULL AND json_typeof(context) <> 'object'
      THEN 'context must be a JSON object'
    ELSE annals.event_problem(kind, event)
  END;
  IF problem IS NOT NULL THEN
    RAISE EXCEPTION 'annals.record: %', problem USING ERRCODE = 'invalid_parameter_value';
  END IF;
  INSERT INTO annals.outbox (op, object_type, new_rows, context, application, client)
  VALUES ('E', kind, given, coalesce(context::text, current_setting('annals.context', true)),
    current_setting('application_name', true), inet_client_addr());
END
$$;
