-- The outbox, the head and the four records. Everything lives in schema annals, which `annals migrate`
-- creates before the first migration. Tables are created here once; functions live in lib/*/sql.

-- ---------------------------------------------------------------------------------------------- outbox
-- The only table that a host's transaction writes to. One row per statement (or per 500 rows of one), in
-- the order of `id`. `tx` stands before `id` on purpose: defaults are evaluated in column order, so a
-- transaction always has its number before it draws an id, and the relay can bound the ids of whatever
-- is still open (see lib/relay/sql/relay.sql). No CHECK constraint on purpose: two of them cost a single-row
-- statement 6 µs of the 25 that capture adds, since PostgreSQL parses them again at every INSERT; only
-- Annals' own functions write here, and the records have their constraints.
CREATE TABLE annals.outbox (
  slot smallint NOT NULL DEFAULT ((date_part('epoch', statement_timestamp())::bigint / 3600) % 3),
  tx xid8 NOT NULL DEFAULT pg_current_xact_id(),
  id bigint NOT NULL DEFAULT 0,
  recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  op "char" NOT NULL,
  rows integer NOT NULL DEFAULT 1,
  relation oid,
  object_type text NOT NULL,
  old_rows text,
  new_rows text,
  context text,
  db_role text NOT NULL DEFAULT session_user,
  application text,
  client inet
) PARTITION BY LIST (slot);
COMMENT ON TABLE annals.outbox IS 'Events waiting to be filed. Append-only; emptied by annals.relay() alone.';
COMMENT ON COLUMN annals.outbox.op IS 'I, U, D, T: statement captured by a trigger. E: event from code, new_rows holds it, object_type names its record.';

CREATE SEQUENCE annals.outbox_id AS bigint CACHE 1 OWNED BY annals.outbox.id;
ALTER TABLE annals.outbox ALTER COLUMN id SET DEFAULT nextval('annals.outbox_id');

-- Three slots follow the clock, an hour each: a drained slot is truncated while the next one is written,
-- so that dead rows do not pile up while somebody holds an old snapshot.
CREATE TABLE annals.outbox_0 PARTITION OF annals.outbox FOR VALUES IN (0);
CREATE TABLE annals.outbox_1 PARTITION OF annals.outbox FOR VALUES IN (1);
CREATE TABLE annals.outbox_2 PARTITION OF annals.outbox FOR VALUES IN (2);
CREATE INDEX outbox_id_idx ON annals.outbox (id);

-- ------------------------------------------------------------------------------------------------ head
-- One row: how far the relay has come.
CREATE TABLE annals.head (
  one_row boolean PRIMARY KEY DEFAULT true CHECK (one_row),
  seq bigint NOT NULL DEFAULT 0 CHECK (seq >= 0),
  filed_at timestamptz,
  -- which outbox rows are done: all with id <= done_id, except those of transactions still open then
  done_id bigint NOT NULL DEFAULT 0,
  seen pg_snapshot,
  relay_tx xid8,
  drawn_id bigint NOT NULL DEFAULT 0,
  late_from_id bigint NOT NULL DEFAULT 0,
  open_tx xid8[] NOT NULL DEFAULT '{}',
  open_from_id bigint[] NOT NULL DEFAULT '{}',
  swept_at timestamptz NOT NULL DEFAULT now()
);
INSERT INTO annals.head DEFAULT VALUES;
COMMENT ON COLUMN annals.head.seq IS 'The ledger number of the newest event: dense, one counter over the four records.';

-- --------------------------------------------------------------------------------------------- records
CREATE TABLE annals.audit_log (
  seq bigint NOT NULL CHECK (seq > 0),
  recorded_at timestamptz NOT NULL,
  tx xid8 NOT NULL,
  event_id uuid,
  tenant text NOT NULL DEFAULT '',
  actor_kind text NOT NULL CHECK (actor_kind IN ('user', 'service', 'job', 'system', 'anonymous')),
  actor_id text NOT NULL DEFAULT '',
  actor_label text NOT NULL DEFAULT '',
  impersonator_id text,
  attribution text NOT NULL CHECK (attribution IN ('session', 'token', 'database_role', 'claimed', 'none')),
  ip inet,
  ip_source text,
  user_agent text,
  session_hash text,
  request_id text,
  trace_id text,
  module text NOT NULL DEFAULT '',
  source text NOT NULL CHECK (source IN ('trigger', 'api', 'auth', 'console')),
  db_role text NOT NULL,
  application text,
  action text NOT NULL CHECK (action ~ '^[A-Z][A-Z0-9_]{0,39}$'),
  object_type text NOT NULL DEFAULT '',
  object_id text NOT NULL DEFAULT '',
  object_label text NOT NULL DEFAULT '',
  changes jsonb,
  changed_fields text[] NOT NULL DEFAULT '{}',
  reason text,
  PRIMARY KEY (recorded_at, seq)
) PARTITION BY RANGE (recorded_at);

CREATE TABLE annals.login_attempt (
  seq bigint NOT NULL CHECK (seq > 0),
  recorded_at timestamptz NOT NULL,
  tx xid8 NOT NULL,
  event_id uuid,
  tenant text NOT NULL DEFAULT '',
  actor_kind text NOT NULL CHECK (actor_kind IN ('user', 'service', 'job', 'system', 'anonymous')),
  actor_id text NOT NULL DEFAULT '',
  actor_label text NOT NULL DEFAULT '',
  impersonator_id text,
  attribution text NOT NULL CHECK (attribution IN ('session', 'token', 'database_role', 'claimed', 'none')),
  ip inet,
  ip_source text,
  user_agent text,
  session_hash text,
  request_id text,
  trace_id text,
  module text NOT NULL DEFAULT '',
  source text NOT NULL CHECK (source IN ('trigger', 'api', 'auth', 'console')),
  db_role text NOT NULL,
  application text,
  username text NOT NULL DEFAULT '',
  status text NOT NULL CHECK (status IN ('SUCCESS', 'FAILED', 'BLOCKED')),
  failure_reason text CHECK (failure_reason IN
    ('unknown_user', 'bad_password', 'disabled', 'locked', 'mfa_failed', 'expired', 'provider_error', 'other')),
  country text,
  city text,
  PRIMARY KEY (recorded_at, seq)
) PARTITION BY RANGE (recorded_at);

CREATE TABLE annals.data_export (
  seq bigint NOT NULL CHECK (seq > 0),
  recorded_at timestamptz NOT NULL,
  tx xid8 NOT NULL,
  event_id uuid,
  tenant text NOT NULL DEFAULT '',
  actor_kind text NOT NULL CHECK (actor_kind IN ('user', 'service', 'job', 'system', 'anonymous')),
  actor_id text NOT NULL DEFAULT '',
  actor_label text NOT NULL DEFAULT '',
  impersonator_id text,
  attribution text NOT NULL CHECK (attribution IN ('session', 'token', 'database_role', 'claimed', 'none')),
  ip inet,
  ip_source text,
  user_agent text,
  session_hash text,
  request_id text,
  trace_id text,
  module text NOT NULL DEFAULT '',
  source text NOT NULL CHECK (source IN ('trigger', 'api', 'auth', 'console')),
  db_role text NOT NULL,
  application text,
  export_type text NOT NULL DEFAULT '',
  file_format text NOT NULL DEFAULT '',
  record_count bigint CHECK (record_count >= 0),
  file_size bigint CHECK (file_size >= 0),
  filters_applied jsonb,
  file_path text,
  columns text[],
  sha256 text,
  status text NOT NULL CHECK (status IN ('started', 'completed', 'failed')),
  download_count integer NOT NULL DEFAULT 0 CHECK (download_count >= 0),
  PRIMARY KEY (recorded_at, seq)
) PARTITION BY RANGE (recorded_at);

CREATE TABLE annals.system_event (
  seq bigint NOT NULL CHECK (seq > 0),
  recorded_at timestamptz NOT NULL,
  tx xid8 NOT NULL,
  event_id uuid,
  tenant text NOT NULL DEFAULT '',
  actor_kind text NOT NULL CHECK (actor_kind IN ('user', 'service', 'job', 'system', 'anonymous')),
  actor_id text NOT NULL DEFAULT '',
  actor_label text NOT NULL DEFAULT '',
  impersonator_id text,
  attribution text NOT NULL CHECK (attribution IN ('session', 'token', 'database_role', 'claimed', 'none')),
  ip inet,
  ip_source text,
  user_agent text,
  session_hash text,
  request_id text,
  trace_id text,
  module text NOT NULL DEFAULT '',
  source text NOT NULL CHECK (source IN ('trigger', 'api', 'auth', 'console')),
  db_role text NOT NULL,
  application text,
  event_type text NOT NULL CHECK (event_type IN
    ('ERROR', 'WARNING', 'INFO', 'SECURITY', 'PERFORMANCE', 'MAINTENANCE')),
  title text NOT NULL,
  description text,
  function_name text,
  line_number integer,
  error_code text,
  stack_trace text,
  fingerprint text,
  occurrences integer NOT NULL DEFAULT 1 CHECK (occurrences > 0),
  last_seen_at timestamptz,
  resolved boolean NOT NULL DEFAULT false,
  resolved_at timestamptz,
  resolved_by text,
  resolution_note text,
  CHECK (resolved = (resolved_at IS NOT NULL)),
  PRIMARY KEY (recorded_at, seq)
) PARTITION BY RANGE (recorded_at);

-- What falls outside every month (a clock gone wrong) still finds a home.
CREATE TABLE annals.audit_log_default PARTITION OF annals.audit_log DEFAULT;
CREATE TABLE annals.login_attempt_default PARTITION OF annals.login_attempt DEFAULT;
CREATE TABLE annals.data_export_default PARTITION OF annals.data_export DEFAULT;
CREATE TABLE annals.system_event_default PARTITION OF annals.system_event DEFAULT;

-- Read indexes. The relay inserts in batches, so they cost it little and a writer nothing.
-- By number (the public address of an event):
CREATE INDEX audit_log_seq ON annals.audit_log (seq);
CREATE INDEX login_attempt_seq ON annals.login_attempt (seq);
CREATE INDEX data_export_seq ON annals.data_export (seq);
CREATE INDEX system_event_seq ON annals.system_event (seq);
-- By the id its maker gave it, so that a retry is filed once and a later fold finds it:
CREATE INDEX audit_log_event_id ON annals.audit_log (event_id) WHERE event_id IS NOT NULL;
CREATE INDEX login_attempt_event_id ON annals.login_attempt (event_id) WHERE event_id IS NOT NULL;
CREATE INDEX data_export_event_id ON annals.data_export (event_id) WHERE event_id IS NOT NULL;
CREATE INDEX system_event_event_id ON annals.system_event (event_id) WHERE event_id IS NOT NULL;
-- By object and by actor, newest first:
CREATE INDEX audit_log_object ON annals.audit_log (object_type, object_id, recorded_at, seq);
CREATE INDEX audit_log_actor ON annals.audit_log (actor_id, recorded_at, seq);
CREATE INDEX login_attempt_username ON annals.login_attempt (username, recorded_at, seq);
CREATE INDEX data_export_actor ON annals.data_export (actor_id, recorded_at, seq);
CREATE INDEX system_event_open ON annals.system_event (recorded_at, seq) WHERE NOT resolved;
CREATE INDEX system_event_fingerprint ON annals.system_event (fingerprint, recorded_at) WHERE fingerprint IS NOT NULL AND NOT resolved;

-- ---------------------------------------------------------------------------------- what keeps them
-- Which numbers and times each partition holds, so that a statement can name its one or two partitions.
CREATE TABLE annals.segment (
  record text NOT NULL CHECK (record IN ('audit_log', 'login_attempt', 'data_export', 'system_event')),
  month date NOT NULL CHECK (extract(day FROM month) = 1),
  from_seq bigint NOT NULL,
  to_seq bigint NOT NULL,
  from_at timestamptz NOT NULL,
  to_at timestamptz NOT NULL,
  rows bigint NOT NULL CHECK (rows >= 0),
  PRIMARY KEY (record, month),
  CHECK (from_seq <= to_seq AND from_at <= to_at)
);

-- An outbox row that could not be filed, as JSON text, with the error that stopped it.
CREATE TABLE annals.rejected (
  id bigint PRIMARY KEY,
  rejected_at timestamptz NOT NULL DEFAULT now(),
  sqlstate text NOT NULL,
  error text NOT NULL,
  outbox_row text NOT NULL
);

-- Evidence of every deletion. Written in the transaction that deletes; never deleted itself.
CREATE TABLE annals.deletion (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  deleted_at timestamptz NOT NULL DEFAULT now(),
  record text NOT NULL CHECK (record IN ('audit_log', 'login_attempt', 'data_export', 'system_event')),
  scope jsonb NOT NULL,
  reason text NOT NULL CHECK (length(reason) >= 10),
  actor_id text NOT NULL,
  actor_label text NOT NULL,
  rows bigint NOT NULL CHECK (rows >= 0),
  from_seq bigint,
  to_seq bigint,
  seqs bigint[] NOT NULL
);

CREATE TABLE annals.console_user (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  username text NOT NULL CHECK (username = lower(username) AND length(username) BETWEEN 1 AND 200),
  label text NOT NULL,
  role text NOT NULL CHECK (role IN ('support', 'developer', 'security', 'auditor', 'superuser')),
  password_hash text NOT NULL,
  password_changed_at timestamptz NOT NULL DEFAULT now(),
  created_at timestamptz NOT NULL DEFAULT now(),
  disabled_at timestamptz,
  UNIQUE (username)
);

-- What `annals track` installed, so that `check` can tell drift and the relay can name objects.
CREATE TABLE annals.tracked_table (
  schema_name text NOT NULL,
  table_name text NOT NULL,
  object_type text NOT NULL UNIQUE CHECK (length(object_type) BETWEEN 1 AND 200),
  key_columns text[] NOT NULL DEFAULT '{}',
  label_column text,
  masked text[] NOT NULL DEFAULT '{}',
  revealed text[] NOT NULL DEFAULT '{}',
  ignored text[] NOT NULL DEFAULT '{}',
  skipped_actions text[] NOT NULL DEFAULT '{}',
  columns text[] NOT NULL DEFAULT '{}',
  function_name text NOT NULL UNIQUE,
  tracked_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (schema_name, table_name)
);

-- A random key of this installation: keys the hash by which the relay sees that a masked value changed.
CREATE TABLE annals.secret (
  one_row boolean PRIMARY KEY DEFAULT true CHECK (one_row),
  mask_key bytea NOT NULL DEFAULT decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex')
);
INSERT INTO annals.secret DEFAULT VALUES;
