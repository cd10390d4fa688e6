CREATE OR REPLACE FUNCTION annals.waiting(cap bigint DEFAULT 10000) RETURNS bigint
-- version: 1
-- How many captured rows and events wait in the outbox, visible now; counting stops after `cap`, so
-- cap + 1 or more means "more than cap". Reads only where unfiled rows can be (see annals.relay).
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(sum(w.rows), 0)::bigint FROM (
    SELECT o.rows FROM annals.outbox o
    WHERE o.id > (SELECT least(h.done_id, h.late_from_id, (SELECT min(f) FROM unnest(h.open_from_id) AS f)) FROM annals.head h)
    LIMIT greatest(cap, 0) + 1
  ) w
$$;
