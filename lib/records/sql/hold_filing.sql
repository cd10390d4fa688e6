CREATE OR REPLACE FUNCTION annals.hold_filing(patience interval) RETURNS boolean
-- version: 1
-- Until the end of this transaction nobody else files, so what is on record stands still: whoever moves or retires
-- months calls it first. False when a relay is at work for longer than that. Writers do not notice: they append to
-- the outbox. Who waits here goes before the next relay, which gives up its turn rather than wait.
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '1ms' AS $$
BEGIN
  PERFORM set_config('lock_timeout', greatest(1, date_part('epoch', patience) * 1000)::integer::text, true);
  BEGIN
    LOCK TABLE annals.relay_turn IN SHARE UPDATE EXCLUSIVE MODE;
  EXCEPTION WHEN lock_not_available THEN
    RETURN false;
  END;
  RETURN true;
END
$$;
