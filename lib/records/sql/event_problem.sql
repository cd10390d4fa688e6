CREATE OR REPLACE FUNCTION annals.event_problem(kind text, event json) RETURNS text
-- version: 1
-- Why the relay could not file this event from code, naming the field and what would be right; NULL where it could.
-- One list for who calls annals.record() and for what is in the outbox all the same. No setting and one expression,
-- so that it is planned as a part of its caller, whose search_path holds for it.
LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN kind = 'audit' AND coalesce(event ->> 'action', '') !~ '^[A-Z][A-Z0-9_]{0,39}$'
      THEN format('action is %L; it must be 1 to 40 capitals, digits and underscores, such as REFUND', left(event ->> 'action', 80))
    WHEN kind = 'logins' AND coalesce(event ->> 'status', '') NOT IN ('SUCCESS', 'FAILED', 'BLOCKED')
      THEN format('status is %L; it must be SUCCESS, FAILED or BLOCKED', left(event ->> 'status', 80))
    WHEN kind = 'logins' AND event ->> 'failure_reason' NOT IN
      ('unknown_user', 'bad_password', 'disabled', 'locked', 'mfa_failed', 'expired', 'provider_error', 'other')
      THEN format('failure_reason is %L; it must be unknown_user, bad_password, disabled, locked, mfa_failed, expired, provider_error or other', left(event ->> 'failure_reason', 80))
    WHEN kind = 'exports' AND event ->> 'status' NOT IN ('started', 'completed', 'failed')
      THEN format('status is %L; it must be started, completed or failed', left(event ->> 'status', 80))
    WHEN kind = 'export_update' AND event ->> 'status' NOT IN ('completed', 'failed')
      THEN format('status is %L; it must be completed or failed', left(event ->> 'status', 80))
    WHEN kind IN ('exports', 'export_update') AND event ->> 'record_count' !~ '^[0-9]{1,18}$'
      THEN format('record_count is %L; it must be a whole number, not negative', left(event ->> 'record_count', 80))
    WHEN kind IN ('exports', 'export_update') AND event ->> 'file_size' !~ '^[0-9]{1,18}$'
      THEN format('file_size is %L; it must be a whole number of bytes, not negative', left(event ->> 'file_size', 80))
    WHEN kind IN ('exports', 'export_update') AND json_typeof(event -> 'columns') NOT IN ('array', 'null')
      THEN 'columns must be an array of names'
    WHEN kind = 'events' AND CASE WHEN event ->> 'line_number' ~ '^[0-9]{1,18}$'
      THEN (event ->> 'line_number')::bigint > 2147483647 ELSE event ->> 'line_number' IS NOT NULL END
      THEN format('line_number is %L; it must be a whole number from 0 to 2147483647', left(event ->> 'line_number', 80))
    WHEN kind = 'audit' AND json_typeof(event -> 'changes') NOT IN ('object', 'null')
      THEN 'changes must be an object with a field for each changed one'
    WHEN kind = 'events' AND coalesce(event ->> 'event_type', '') NOT IN
      ('ERROR', 'WARNING', 'INFO', 'SECURITY', 'PERFORMANCE', 'MAINTENANCE')
      THEN format('event_type is %L; it must be ERROR, WARNING, INFO, SECURITY, PERFORMANCE or MAINTENANCE', left(event ->> 'event_type', 80))
    WHEN kind = 'events' AND coalesce(event ->> 'title', '') = ''
      THEN 'title is missing'
    WHEN kind IN ('export_update', 'export_download') AND event ->> 'event_id' IS NULL
      THEN 'event_id is missing: it names the export'
    WHEN event ->> 'event_id' IS NOT NULL
      AND event ->> 'event_id' !~* '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$'
      THEN format('event_id is %L; it must be a UUID', left(event ->> 'event_id', 80))
  END
$$;
