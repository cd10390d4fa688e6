-- Counts of the records by UTC day, in quarter hours, and by UTC month, kept by the relay. They hold every
-- event numbered up to `rollup_head.counted_seq`; a reader adds the few above it from the records, in the same
-- statement, so that counts are exact in every snapshot. Where the relay has not come far yet (a database
-- that held events before this migration) readers count the records themselves until it has.

-- What is counted: the rows of `record` by these columns, at most three. None: all rows.
CREATE TABLE annals.rollup_shape (
  shape smallint PRIMARY KEY,
  record text NOT NULL CHECK (record IN ('audit_log', 'login_attempt', 'data_export', 'system_event')),
  columns text[] NOT NULL CHECK (cardinality(columns) <= 3),
  UNIQUE (record, columns)
);
COMMENT ON TABLE annals.rollup_shape IS
  'A tenant stands last, and beside other columns only rows of a tenant are counted. Columns that change (resolved, status of exports) are not counted.';
INSERT INTO annals.rollup_shape (shape, record, columns) VALUES
  (100, 'audit_log', '{}'),
  (101, 'audit_log', '{action}'),
  (102, 'audit_log', '{object_type}'),
  (103, 'audit_log', '{module}'),
  (104, 'audit_log', '{actor_id}'),
  (105, 'audit_log', '{actor_kind}'),
  (106, 'audit_log', '{attribution}'),
  (107, 'audit_log', '{source}'),
  (108, 'audit_log', '{tenant}'),
  (110, 'audit_log', '{action,object_type,module}'),
  (111, 'audit_log', '{action,tenant}'),
  (112, 'audit_log', '{object_type,tenant}'),
  (113, 'audit_log', '{module,tenant}'),
  (114, 'audit_log', '{actor_id,tenant}'),
  (115, 'audit_log', '{action,object_type,tenant}'),
  (200, 'login_attempt', '{}'),
  (201, 'login_attempt', '{username}'),
  (202, 'login_attempt', '{status}'),
  (203, 'login_attempt', '{failure_reason}'),
  (204, 'login_attempt', '{country}'),
  (205, 'login_attempt', '{ip}'),
  (206, 'login_attempt', '{actor_id}'),
  (207, 'login_attempt', '{module}'),
  (208, 'login_attempt', '{tenant}'),
  (210, 'login_attempt', '{status,failure_reason,country}'),
  (211, 'login_attempt', '{username,tenant}'),
  (212, 'login_attempt', '{status,tenant}'),
  (213, 'login_attempt', '{failure_reason,tenant}'),
  (214, 'login_attempt', '{country,tenant}'),
  (215, 'login_attempt', '{ip,tenant}'),
  (216, 'login_attempt', '{status,failure_reason,tenant}'),
  (300, 'data_export', '{}'),
  (301, 'data_export', '{export_type}'),
  (302, 'data_export', '{file_format}'),
  (303, 'data_export', '{module}'),
  (304, 'data_export', '{actor_id}'),
  (305, 'data_export', '{actor_kind}'),
  (306, 'data_export', '{attribution}'),
  (308, 'data_export', '{tenant}'),
  (310, 'data_export', '{export_type,file_format,module}'),
  (311, 'data_export', '{export_type,tenant}'),
  (312, 'data_export', '{file_format,tenant}'),
  (313, 'data_export', '{module,tenant}'),
  (314, 'data_export', '{actor_id,tenant}'),
  (315, 'data_export', '{export_type,file_format,tenant}'),
  (400, 'system_event', '{}'),
  (401, 'system_event', '{event_type}'),
  (402, 'system_event', '{module}'),
  (403, 'system_event', '{error_code}'),
  (404, 'system_event', '{actor_id}'),
  (405, 'system_event', '{actor_kind}'),
  (406, 'system_event', '{attribution}'),
  (407, 'system_event', '{fingerprint}'),
  (408, 'system_event', '{tenant}'),
  (410, 'system_event', '{event_type,module,error_code}'),
  (411, 'system_event', '{event_type,tenant}'),
  (412, 'system_event', '{module,tenant}'),
  (413, 'system_event', '{error_code,tenant}'),
  (414, 'system_event', '{actor_id,tenant}'),
  (415, 'system_event', '{event_type,module,tenant}');

-- a, b, c: the values of the shape's columns, '' where there is none. An element of `quarters` is
-- 96 × count + quarter hour of the UTC day (0 to 95), in order, one for each quarter hour that has any. The
-- day stands before the values: the relay then writes side by side, and a reader names its days one by one.
CREATE TABLE annals.rollup_day (
  shape smallint NOT NULL,
  day date NOT NULL,
  n integer NOT NULL,
  a text NOT NULL,
  b text NOT NULL,
  c text NOT NULL,
  quarters bigint[] NOT NULL,
  PRIMARY KEY (shape, day, a, b, c)
) WITH (fillfactor = 85);

-- Only of months before `rollup_head.months_before`: a month is added up when it is over.
CREATE TABLE annals.rollup_month (
  shape smallint NOT NULL,
  month date NOT NULL,
  n bigint NOT NULL,
  a text NOT NULL,
  b text NOT NULL,
  c text NOT NULL,
  PRIMARY KEY (shape, month, a, b, c)
);

CREATE TABLE annals.rollup_head (
  one_row boolean PRIMARY KEY DEFAULT true CHECK (one_row),
  counted_seq bigint NOT NULL DEFAULT 0 CHECK (counted_seq >= 0),
  months_before date NOT NULL DEFAULT date_trunc('month', now() AT TIME ZONE 'UTC')::date,
  -- When the relay last failed to count, and why; it tries again after ten minutes.
  failed_at timestamptz,
  error text
);
INSERT INTO annals.rollup_head DEFAULT VALUES;
COMMENT ON COLUMN annals.rollup_head.counted_seq IS
  'The rollups hold exactly the events numbered up to this one.';
