-- The same history as an admin for a web framework keeps it: one table with the indexes that such a model declares.
CREATE SCHEMA IF NOT EXISTS rival;
CREATE TABLE rival.account AS
SELECT rank AS id, username, label FROM bench.person;
ALTER TABLE rival.account ADD PRIMARY KEY (id);
CREATE TABLE rival.entry AS
SELECT seq AS id, recorded_at AS created_at, CASE WHEN actor_kind = 'user' AND actor_id <> 'u9999' THEN substr(actor_id, 2)::bigint END AS account_id,
  actor_label AS account_name, action, object_type AS model, object_id, object_label AS object_repr, module, tenant, ip, user_agent,
  session_hash, request_id, changes, reason
FROM annals.audit_log ORDER BY seq;
ALTER TABLE rival.entry ADD PRIMARY KEY (id);
CREATE INDEX entry_created_at ON rival.entry (created_at);
CREATE INDEX entry_account ON rival.entry (account_id);
CREATE INDEX entry_action ON rival.entry (action);
CREATE INDEX entry_model ON rival.entry (model);
CREATE INDEX entry_object ON rival.entry (object_id);
CREATE INDEX entry_module ON rival.entry (module);
