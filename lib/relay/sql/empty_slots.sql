CREATE OR REPLACE FUNCTION annals.empty_slots() RETURNS integer
-- version: 2
-- Truncates the outbox slots that the clock has left and the relay has drained; returns how many. The lock
-- is the proof: ACCESS EXCLUSIVE, asked for without waiting, is given only when no transaction that wrote
-- there is still open; a dump that holds its share lock simply puts it off.
-- Who has a snapshot from before the last row was filed must go on to find that row in the outbox, having none of it
-- in a record, and TRUNCATE takes it from everybody. So a drained slot is noted first, with the transactions that are
-- open then, and truncated when they have ended: however long that takes, and whether or not they ever look here.
-- Nor is it noted by the transaction that drains it, for until that is committed more such snapshots are taken: the
-- statistics of this transaction tell. (They may hold a little of the one before, which puts it off and no more.)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  current_slot integer := (date_part('epoch', statement_timestamp())::bigint / 3600) % 3;
  slot_number integer;
  slot_name text;
  occupied boolean;
  waits_for text[];
  open_now text[];
  emptied integer := 0;
BEGIN
  FOR slot_number IN 0..2 LOOP
    slot_name := 'outbox_' || slot_number;
    CONTINUE WHEN pg_relation_size(('annals.' || slot_name)::regclass) = 0
      OR pg_stat_get_xact_tuples_deleted(('annals.' || slot_name)::regclass) > 0 OR current_setting('track_counts') <> 'on';
    SELECT d.open_then INTO waits_for FROM annals.drained_slot d WHERE d.slot = slot_number;
    IF slot_number = current_slot THEN
      DELETE FROM annals.drained_slot d WHERE d.slot = slot_number AND waits_for IS NOT NULL;
      CONTINUE;
    END IF;
    SELECT coalesce(array_agg(l.virtualxid), '{}') INTO open_now
    FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
    WHERE l.locktype = 'virtualxid' AND l.granted AND l.pid <> pg_backend_pid() AND a.datname = current_database();
    CONTINUE WHEN waits_for && open_now;
    BEGIN
      EXECUTE format('LOCK TABLE annals.%I IN ACCESS EXCLUSIVE MODE NOWAIT', slot_name);
      EXECUTE format('SELECT EXISTS (SELECT FROM annals.%I)', slot_name) INTO occupied;
      IF NOT occupied AND (waits_for IS NOT NULL OR open_now = '{}') THEN
        EXECUTE format('TRUNCATE annals.%I', slot_name);
        DELETE FROM annals.drained_slot d WHERE d.slot = slot_number;
        emptied := emptied + 1;
        CONTINUE;
      END IF;
      -- The lock is given back with what follows it: nobody is kept waiting until this transaction ends.
      RAISE EXCEPTION USING ERRCODE = 'raise_exception';
    EXCEPTION
      WHEN lock_not_available THEN
        CONTINUE;
      WHEN raise_exception THEN
        NULL;
    END;
    DELETE FROM annals.drained_slot d WHERE d.slot = slot_number;
    IF NOT occupied THEN
      INSERT INTO annals.drained_slot (slot, open_then) VALUES (slot_number, open_now);
    END IF;
  END LOOP;
  RETURN emptied;
END
$$;
