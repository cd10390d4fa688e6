-- For comparison: a trigger for each row that stores the whole row before and after in one history table with
-- the indexes that make it readable. The way that most audit extensions go.
CREATE TABLE row_history (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  table_name text NOT NULL,
  op text NOT NULL,
  record_id text,
  record jsonb,
  old_record jsonb,
  context text
);
CREATE INDEX ON row_history (table_name, record_id);
CREATE INDEX ON row_history (recorded_at);

CREATE FUNCTION keep_row() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
  record jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END;
  old_record jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END;
BEGIN
  INSERT INTO row_history (table_name, op, record_id, record, old_record, context)
  VALUES (TG_TABLE_NAME, TG_OP, coalesce(record, old_record) ->> 'id', record, old_record,
    current_setting('annals.context', true));
  RETURN NULL;
END
$$;

CREATE TRIGGER keep_row AFTER INSERT OR UPDATE OR DELETE ON orders_row FOR EACH ROW EXECUTE FUNCTION keep_row();
