CREATE OR REPLACE FUNCTION annals.arrived() RETURNS bigint
-- version: 1
-- The last number given out in the outbox: while it grows, somebody writes. For a worker that leaves room.
LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT last_value FROM annals.outbox_id
$$;
