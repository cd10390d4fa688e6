-- For comparison: the least that a trigger must do to keep what a statement changed. It writes both sides as JSON into a
-- table without an index, and knows neither who, when nor where, has no room that can be emptied, masks nothing, and
-- fails the statement where the JSON of all its rows exceeds 1 GB.
CREATE TABLE least_history (old_rows text, new_rows text);

CREATE FUNCTION keep_least() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO least_history SELECT NULL, json_agg(n) FROM new_rows n;
  ELSIF TG_OP = 'DELETE' THEN
    INSERT INTO least_history SELECT json_agg(o), NULL FROM old_rows o;
  ELSE
    INSERT INTO least_history SELECT (SELECT json_agg(o) FROM old_rows o), (SELECT json_agg(n) FROM new_rows n);
  END IF;
  RETURN NULL;
END
$$;

CREATE TRIGGER keep_inserts AFTER INSERT ON orders_least
  REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION keep_least();
CREATE TRIGGER keep_updates AFTER UPDATE ON orders_least
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION keep_least();
CREATE TRIGGER keep_deletes AFTER DELETE ON orders_least
  REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION keep_least();

-- For a statement of one row this is cheaper: PostgreSQL keeps no transition table. `order-tables.ts` changes over.
CREATE FUNCTION keep_least_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO least_history VALUES (row_to_json(OLD), row_to_json(NEW));
  RETURN NULL;
END
$$;

CREATE TRIGGER keep_row AFTER UPDATE ON orders_least FOR EACH ROW EXECUTE FUNCTION keep_least_row();
ALTER TABLE orders_least DISABLE TRIGGER keep_row;
