-- For comparison: a trigger for each statement that compares the rows itself and stores the changed fields,
-- in a lean history table: its key, and one index to find an object by.
CREATE TABLE diff_history (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  object_type text NOT NULL,
  object_id text NOT NULL,
  action text NOT NULL,
  changes jsonb NOT NULL,
  context text
);
CREATE INDEX ON diff_history (object_type, object_id);

CREATE FUNCTION keep_diff() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO diff_history (object_type, object_id, action, changes, context)
    SELECT TG_TABLE_NAME, r.id::text, 'CREATE', c.changes, current_setting('annals.context', true)
    FROM new_rows r CROSS JOIN LATERAL (
      SELECT jsonb_object_agg(f.key, jsonb_build_object('new', f.value)) AS changes
      FROM jsonb_each(to_jsonb(r)) AS f) AS c;
  ELSIF TG_OP = 'DELETE' THEN
    INSERT INTO diff_history (object_type, object_id, action, changes, context)
    SELECT TG_TABLE_NAME, r.id::text, 'DELETE', c.changes, current_setting('annals.context', true)
    FROM old_rows r CROSS JOIN LATERAL (
      SELECT jsonb_object_agg(f.key, jsonb_build_object('old', f.value)) AS changes
      FROM jsonb_each(to_jsonb(r)) AS f) AS c;
  ELSE
    INSERT INTO diff_history (object_type, object_id, action, changes, context)
    SELECT TG_TABLE_NAME, p.id::text, 'UPDATE', c.changes, current_setting('annals.context', true)
    FROM (SELECT n.id, to_jsonb(o) AS before, to_jsonb(n) AS after
      FROM new_rows n JOIN old_rows o USING (id) OFFSET 0) AS p
    CROSS JOIN LATERAL (
      SELECT jsonb_object_agg(f.key, jsonb_build_object('old', p.before -> f.key, 'new', f.value)) AS changes
      FROM jsonb_each(p.after) AS f
      WHERE p.before -> f.key IS DISTINCT FROM f.value) AS c
    WHERE c.changes IS NOT NULL;
  END IF;
  RETURN NULL;
END
$$;

CREATE TRIGGER keep_inserts AFTER INSERT ON orders_diff
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION keep_diff();
CREATE TRIGGER keep_updates AFTER UPDATE ON orders_diff
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION keep_diff();
CREATE TRIGGER keep_deletes AFTER DELETE ON orders_diff
  REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION keep_diff();
