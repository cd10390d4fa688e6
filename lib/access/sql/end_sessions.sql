CREATE OR REPLACE FUNCTION annals.end_sessions() RETURNS trigger
-- version: 1
-- Ends the sessions of a user whose name, password, role, tenants or right to come in has changed, by whatever
-- statement. A session that was ended stays so: to enable a user again brings none back.
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  DELETE FROM annals.console_session WHERE user_id = NEW.id;
  RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER annals_end_sessions AFTER UPDATE ON annals.console_user
FOR EACH ROW WHEN (
  (OLD.username, OLD.password_hash, OLD.password_changed_at, OLD.role, OLD.tenants, OLD.disabled_at)
  IS DISTINCT FROM
  (NEW.username, NEW.password_hash, NEW.password_changed_at, NEW.role, NEW.tenants, NEW.disabled_at))
EXECUTE FUNCTION annals.end_sessions();
