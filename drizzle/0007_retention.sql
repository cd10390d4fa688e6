-- What stays of a month that retention has dropped: which numbers were in it, what became of them, who did it and
-- why. Written in the transaction that drops the month; never changed, never deleted.
CREATE TABLE annals.tombstone (
  record text NOT NULL CHECK (record IN ('audit_log', 'login_attempt', 'data_export', 'system_event')),
  month date NOT NULL CHECK (extract(day FROM month) = 1),
  first_seq bigint NOT NULL,
  last_seq bigint NOT NULL,
  first_at timestamptz NOT NULL,
  last_at timestamptz NOT NULL,
  rows bigint NOT NULL CHECK (rows > 0),
  -- The numbers themselves, as ranges: numbers run over four records, so between first and last stand others' too.
  seqs int8multirange NOT NULL,
  -- Where the events were written to before, and the SHA-256 of that file. NULL: nowhere, by a policy that says so.
  archive_file text,
  archive_sha256 text CHECK (archive_sha256 ~ '^[0-9a-f]{64}$'),
  archive_bytes bigint CHECK (archive_bytes > 0),
  reason text NOT NULL CHECK (length(reason) BETWEEN 10 AND 2000),
  -- What the command was told, and the database role that it ran as.
  retired_by text NOT NULL CHECK (length(retired_by) BETWEEN 1 AND 200),
  db_role text NOT NULL,
  retired_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  annals_version text NOT NULL,
  PRIMARY KEY (record, first_seq),
  CHECK (first_seq <= last_seq AND first_at <= last_at),
  CHECK ((archive_file IS NULL) = (archive_sha256 IS NULL) AND (archive_file IS NULL) = (archive_bytes IS NULL))
);
COMMENT ON TABLE annals.tombstone IS
  'A month of a record that retention dropped. A month can have several: events that came late were retired later.';

-- Slots of the outbox that the relay has drained and the clock has left, with the transactions that were open then.
-- When those have ended, nobody can have a snapshot in which the slot still holds something, and it is truncated.
CREATE TABLE annals.drained_slot (
  slot smallint PRIMARY KEY CHECK (slot BETWEEN 0 AND 2),
  open_then text[] NOT NULL
);
