CREATE OR REPLACE FUNCTION annals.empty_slots() RETURNS integer
-- version: 1
-- Truncates the outbox slots that the clock has left and the relay has drained; returns how many. The lock
-- is the proof: ACCESS EXCLUSIVE, asked for without waiting, is given only when no transaction that wrote
-- there is still open; a dump that holds its share lock simply puts it off.
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  current_slot integer := (date_part('epoch', statement_timestamp())::bigint / 3600) % 3;
  slot_name text;
  occupied boolean;
  emptied integer := 0;
BEGIN
  FOREACH slot_name IN ARRAY ARRAY['outbox_0', 'outbox_1', 'outbox_2'] LOOP
    CONTINUE WHEN slot_name = 'outbox_' || current_slot OR pg_relation_size(('annals.' || slot_name)::regclass) = 0;
    BEGIN
      EXECUTE format('LOCK TABLE annals.%I IN ACCESS EXCLUSIVE MODE NOWAIT', slot_name);
    EXCEPTION WHEN lock_not_available THEN
      CONTINUE;
    END;
    EXECUTE format('SELECT EXISTS (SELECT FROM annals.%I)', slot_name) INTO occupied;
    IF NOT occupied THEN
      EXECUTE format('TRUNCATE annals.%I', slot_name);
      emptied := emptied + 1;
    END IF;
  END LOOP;
  RETURN emptied;
END
$$;
