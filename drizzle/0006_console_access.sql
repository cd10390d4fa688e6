-- Sessions of the console, and the tenants that a reader is confined to.

-- Null: all records. Else those of these tenants only; of no tenant where the list is empty.
ALTER TABLE annals.console_user ADD COLUMN tenants text[]
  CHECK (array_position(tenants, NULL) IS NULL AND array_position(tenants, '') IS NULL);
COMMENT ON COLUMN annals.console_user.tenants IS
  'Null: may read the records of all tenants. Else of these only, and none that have no tenant.';

-- One row for each browser that is signed in: it is signed out when the row goes. The cookie holds the id,
-- encrypted with a key that the database has not got, so that whoever reads this table can sign in nowhere.
CREATE TABLE annals.console_session (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  user_id uuid NOT NULL REFERENCES annals.console_user ON DELETE CASCADE,
  opened_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL DEFAULT now() + interval '8 hours'
);
CREATE INDEX console_session_user ON annals.console_session (user_id);
CREATE INDEX console_session_expiry ON annals.console_session (expires_at);

-- Open events of a tenant, counted for whoever may see no others.
CREATE INDEX system_event_open_tenant ON annals.system_event (tenant, recorded_at, seq)
  WHERE NOT resolved AND tenant <> '';
