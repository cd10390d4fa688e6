CREATE OR REPLACE FUNCTION annals.guard() RETURNS trigger
-- version: 1
-- Makes a table append-only: lets a statement through only when it runs inside a function of Annals, for
-- every role, the owner and superusers included. The call stack tells, so it works in a single-role
-- installation too, where all of Annals and its host share one role. It stops mistakes and the host's own
-- rights; whoever owns the table can disable the trigger, which `annals check` reports.
-- The text of a statement can be made to look like a line of the stack, so the role must be one that owns
-- our functions, too: a stranger to whom somebody granted DELETE is never that.
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS $$
DECLARE
  stack text;
BEGIN
  GET DIAGNOSTICS stack = PG_CONTEXT;
  -- A line of the stack that names one of our functions; text of SQL statements stands in double quotes.
  -- (Names are quoted where quote_all_identifiers is on.)
  IF stack ~ '(^|\n)([^"\n]* )?"?annals"?\."?(relay|file|reject_or_repair|ensure_partitions|empty_slots|keep_rollups|close_months|add_counts|uncount|repair_rollups)"?\('
    AND current_user IN (
      SELECT pg_get_userbyid(p.proowner) FROM pg_proc p
      WHERE p.pronamespace = 'annals'::regnamespace AND p.proname IN ('relay', 'ensure_partitions'))
  THEN
    RETURN NULL;
  END IF;
  RAISE EXCEPTION 'annals.% is append-only: % is not allowed', TG_TABLE_NAME, TG_OP
    USING ERRCODE = 'insufficient_privilege',
      HINT = 'Events are filed by annals.relay() alone, and what is on record stays as it was recorded.';
END
$$;

CREATE OR REPLACE FUNCTION annals.guard_tables() RETURNS void
-- Gives every table that must not be written by hand, and each of its partitions, the guard. Idempotent.
-- Statement triggers of a parent do not fire for a partition named directly, so each has its own.
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  t record;
BEGIN
  FOR t IN
    SELECT tree.relid, roots.events
    FROM (VALUES
      ('annals.audit_log', 'INSERT OR UPDATE OR DELETE OR TRUNCATE'),
      ('annals.login_attempt', 'INSERT OR UPDATE OR DELETE OR TRUNCATE'),
      ('annals.data_export', 'INSERT OR UPDATE OR DELETE OR TRUNCATE'),
      ('annals.system_event', 'INSERT OR UPDATE OR DELETE OR TRUNCATE'),
      ('annals.segment', 'INSERT OR UPDATE OR DELETE OR TRUNCATE'),
      ('annals.head', 'INSERT OR UPDATE OR DELETE OR TRUNCATE'),
      ('annals.deletion', 'INSERT OR UPDATE OR DELETE OR TRUNCATE'),
      ('annals.rejected', 'INSERT OR UPDATE OR DELETE OR TRUNCATE'),
      ('annals.rollup_shape', 'INSERT OR UPDATE OR DELETE OR TRUNCATE'),
      ('annals.rollup_day', 'INSERT OR UPDATE OR DELETE OR TRUNCATE'),
      ('annals.rollup_month', 'INSERT OR UPDATE OR DELETE OR TRUNCATE'),
      ('annals.rollup_head', 'INSERT OR UPDATE OR DELETE OR TRUNCATE'),
      -- Writers append to the outbox in their own transactions: no trigger on their path.
      ('annals.outbox', 'UPDATE OR DELETE OR TRUNCATE'),
      ('annals.secret', 'INSERT OR UPDATE OR DELETE OR TRUNCATE')
    ) AS roots(name, events)
    CROSS JOIN LATERAL (
      SELECT roots.name::regclass AS relid
      UNION
      SELECT relid FROM pg_partition_tree(roots.name::regclass)
    ) AS tree
    WHERE NOT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = tree.relid AND tgname = 'annals_guard')
  LOOP
    EXECUTE format(
      'CREATE TRIGGER annals_guard BEFORE %s ON %s FOR EACH STATEMENT EXECUTE FUNCTION annals.guard()',
      t.events, t.relid::regclass);
    -- ALWAYS: session_replication_role = replica must not open the door.
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER annals_guard', t.relid::regclass);
  END LOOP;
END
$$;
