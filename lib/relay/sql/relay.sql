CREATE OR REPLACE FUNCTION annals.relay(max_rows integer DEFAULT 5000) RETURNS bigint
-- version: 4
-- Files one batch of what waits in the outbox, about `max_rows` captured rows, oldest first, in one
-- transaction. Returns how many outbox rows it took: 0 when nothing is visible or another relay is at work.
--
-- What is done? A filed row is deleted, so any row that is visible is to be filed. The rest is about not
-- reading again and again through deleted rows that an old snapshot keeps from being vacuumed: the relay
-- reads from `done_id` on, and below it only where transactions that were still open may have left rows.
--   S  the snapshot of the last batch. Unseen then: its xip list, and every tx >= its xmax.
--   R  `relay_tx`, a transaction number drawn after reading L, `drawn_id`, the last outbox id given out.
--      A transaction draws its number before its ids, so tx > R means: all its ids > L.
--   The relay holds its lock until it commits, so at the next batch xmax > R: whatever was not in the list
--   has ids > L of the batch before, `late_from_id`. For those in the list `open_from_id` holds the bound.
--
-- The plan of the reading is kept from call to call, whether the outbox was empty when it was made or not:
-- always along the index, and only as far as the batch goes.
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET jit = off
SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_bitmapscan = off SET enable_sort = off AS $$
DECLARE
  h annals.head;
  ids bigint[];
  seen_now pg_snapshot;
  more boolean;
  fresh boolean := pg_current_xact_id_if_assigned() IS NULL;
  drawn_now bigint;
  filed bigint;
  open_now xid8[];
  open_from_now bigint[];
BEGIN
  IF max_rows IS NULL OR max_rows < 1 THEN
    RAISE EXCEPTION 'max_rows is %, it must be at least 1', max_rows USING ERRCODE = 'invalid_parameter_value';
  END IF;
  BEGIN
    -- Of a table and not an advisory one, which any role could take and keep. It needs no transaction number.
    LOCK TABLE annals.relay_turn IN SHARE UPDATE EXCLUSIVE MODE NOWAIT;
  EXCEPTION WHEN lock_not_available THEN
    RETURN 0;
  END;
  SELECT * INTO STRICT h FROM annals.head;

  WITH ended AS MATERIALIZED (
    SELECT o.tx, o.from_id FROM unnest(h.open_tx, h.open_from_id) AS o(tx, from_id)
    WHERE o.tx NOT IN (SELECT pg_snapshot_xip(pg_current_snapshot()))
  ), waiting AS (
    (SELECT id, rows FROM annals.outbox
     WHERE id > (SELECT min(from_id) FROM ended) AND id <= h.done_id AND tx IN (SELECT tx FROM ended))
    UNION
    (SELECT id, rows FROM annals.outbox
     WHERE id > h.late_from_id AND id <= h.done_id AND tx >= pg_snapshot_xmax(h.seen))
    UNION ALL
    (SELECT id, rows FROM annals.outbox WHERE id > h.done_id ORDER BY id LIMIT max_rows)
  ), batch AS (
    SELECT id, sum(rows) OVER (ORDER BY id) - rows AS before FROM waiting
  )
  SELECT array_agg(id ORDER BY id) FILTER (WHERE before < max_rows), bool_or(before >= max_rows), pg_current_snapshot()
  INTO ids, more, seen_now FROM batch;

  IF ids IS NULL AND h.swept_at < now() - interval '10 minutes' THEN
    -- Belt and braces, rarely and when idle: whatever is visible below done_id was overlooked.
    SELECT array_agg(id ORDER BY id) INTO ids FROM (
      SELECT id FROM annals.outbox WHERE id <= h.done_id ORDER BY id LIMIT max_rows) AS o;
    UPDATE annals.head SET swept_at = now();
    PERFORM annals.keep_partitions();
    PERFORM annals.empty_slots();
    more := true;
  END IF;
  IF ids IS NULL THEN
    PERFORM annals.keep_rollups(0);
    RETURN 0;
  END IF;

  SELECT last_value INTO drawn_now FROM annals.outbox_id;
  PERFORM pg_current_xact_id();
  filed := annals.file_or_reject(ids, h.seq + 1);

  IF NOT (coalesce(more, false) AND ids[cardinality(ids)] <= h.done_id) THEN
    SELECT coalesce(array_agg(x.tx), '{}'), coalesce(array_agg(CASE
        WHEN x.tx = ANY (h.open_tx) THEN h.open_from_id[array_position(h.open_tx, x.tx)]
        WHEN h.relay_tx IS NULL OR x.tx <= h.relay_tx THEN h.late_from_id
        ELSE h.drawn_id END), '{}')
    INTO open_now, open_from_now
    FROM pg_snapshot_xip(seen_now) AS x(tx);
    h.late_from_id := CASE WHEN h.relay_tx < pg_snapshot_xmax(seen_now) THEN h.drawn_id ELSE h.late_from_id END;
    h.done_id := greatest(h.done_id, ids[cardinality(ids)]);
    h.seen := seen_now;
    h.open_tx := open_now;
    h.open_from_id := open_from_now;
    IF fresh THEN
      h.relay_tx := pg_current_xact_id();
      h.drawn_id := drawn_now;
    END IF;
  END IF;
  -- Once a batch: while an old snapshot is held, each update leaves a row that the next batch has to pass.
  UPDATE annals.head SET seq = h.seq + filed, filed_at = clock_timestamp(), done_id = h.done_id, seen = h.seen,
    late_from_id = h.late_from_id, open_tx = h.open_tx, open_from_id = h.open_from_id,
    relay_tx = h.relay_tx, drawn_id = h.drawn_id
  WHERE seq = h.seq AND filed_at IS NOT DISTINCT FROM h.filed_at;
  IF NOT FOUND THEN
    -- The lock keeps this from happening. Where it did not (an older relay, in the moment of an upgrade), all of
    -- this batch is undone and no number given twice.
    RAISE EXCEPTION 'another relay has filed meanwhile' USING ERRCODE = 'serialization_failure';
  END IF;
  PERFORM annals.keep_rollups(filed);
  IF h.filed_at IS NULL OR date_trunc('hour', h.filed_at) <> date_trunc('hour', now())
    OR date_trunc('minute', h.filed_at) <> date_trunc('minute', now()) AND annals.has_strays()
  THEN
    PERFORM annals.keep_partitions();
  END IF;
  PERFORM annals.empty_slots();
  RETURN cardinality(ids);
END
$$;

CREATE OR REPLACE FUNCTION annals.keep_partitions() RETURNS void
-- Months are made long before they are needed, and the default partition takes what has none. So what stands in the
-- way (a reader's view of a partition, an event trigger of the host's) must not stop filing. A tablespace that the
-- role of the session prefers need not be ours to use.
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET default_tablespace = '' AS $$
BEGIN
  PERFORM annals.ensure_partitions();
EXCEPTION WHEN OTHERS THEN
  RAISE WARNING 'annals: the partitions of the months to come could not be made: %', SQLERRM;
END
$$;
