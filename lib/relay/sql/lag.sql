CREATE OR REPLACE FUNCTION annals.lag() RETURNS double precision
-- version: 1
-- For how many seconds the first captured row or event that is visible now waits in the outbox; 0 when none does.
-- Reads only where unfiled rows can be (see annals.relay).
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce((
    SELECT greatest(date_part('epoch', statement_timestamp() - o.recorded_at), 0) FROM annals.outbox o
    WHERE o.id > (SELECT least(h.done_id, h.late_from_id, (SELECT min(f) FROM unnest(h.open_from_id) AS f)) FROM annals.head h)
    ORDER BY o.id LIMIT 1
  ), 0)
$$;
