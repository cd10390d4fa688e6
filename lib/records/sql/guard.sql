CREATE OR REPLACE FUNCTION annals.guard() RETURNS trigger
-- version: 3
-- Makes a table append-only: lets a statement through only when it runs inside a function of Annals, whatever
-- the role, the owner and superusers included. The call stack tells, so it works in a single-role installation
-- too, where all of Annals and its host share one role.
-- The text of a statement can be made to look like a line of the stack, so the role counts, too. With roles of
-- our own a statement must run as the one that files, and not by SET ROLE, which anybody could do who may act as
-- it: only inside a function is current_user a role that is neither session_user nor the setting `role`. With a
-- single role there is no such difference. (Rows get from a default partition to their months without passing here:
-- tables are made, attached and dropped.)
-- It stops mistakes, and whoever does not mean to get round it. Whoever may act as the owner can disable the
-- trigger, which `annals check` reports while it lasts, or write a function that passes for one of ours.
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET standard_conforming_strings = on AS $$
DECLARE
  stack text;
  filer name;
  owner name;
  is_ours boolean;
BEGIN
  GET DIAGNOSTICS stack = PG_CONTEXT;
  SELECT pg_get_userbyid(p.proowner), pg_get_userbyid(n.nspowner) INTO filer, owner
  FROM pg_namespace n
  LEFT JOIN pg_proc p ON p.pronamespace = n.oid AND p.proname = 'relay'
  WHERE n.nspname = 'annals';
  is_ours := CASE
    WHEN filer = owner THEN current_user = owner
    ELSE current_user = filer AND session_user <> filer AND current_setting('role') <> filer
  END;
  -- A line of the stack that names one of our functions; text of SQL statements stands in double quotes.
  -- (Names are quoted where quote_all_identifiers is on.)
  IF is_ours AND stack ~ '(^|\n)([^"\n]* )?"?annals"?\."?(relay|file|reject|empty_slots|keep_rollups|close_months|add_counts|uncount|repair_rollups|forget_month)"?\('
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
      ('annals.tombstone', 'INSERT OR UPDATE OR DELETE OR TRUNCATE'),
      ('annals.drained_slot', 'INSERT OR UPDATE OR DELETE OR TRUNCATE'),
      ('annals.rejected', 'INSERT OR UPDATE OR DELETE OR TRUNCATE'),
      ('annals.relay_turn', 'INSERT OR UPDATE OR DELETE OR TRUNCATE'),
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
