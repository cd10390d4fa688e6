-- Indexes by which lists look for one value: what needs no extension. Those over the small facets and the searched
-- text are in lib/migrate/sql/read_indexes.sql.

-- By the id of an object first, so that it serves an id without a type as well.
DROP INDEX annals.audit_log_object;
CREATE INDEX audit_log_object ON annals.audit_log (object_id, object_type, recorded_at, seq);

-- Addresses, also by network. NULL is in the index: so it finds rows without an address too.
CREATE INDEX audit_log_ip ON annals.audit_log (ip);
CREATE INDEX login_attempt_ip ON annals.login_attempt (ip);
CREATE INDEX data_export_ip ON annals.data_export (ip);
CREATE INDEX system_event_ip ON annals.system_event (ip);

-- Requests and traces: nearly as many values as rows, where GIN would need twice the space.
CREATE INDEX audit_log_request ON annals.audit_log (request_id);
CREATE INDEX login_attempt_request ON annals.login_attempt (request_id);
CREATE INDEX data_export_request ON annals.data_export (request_id);
CREATE INDEX system_event_request ON annals.system_event (request_id);
CREATE INDEX audit_log_trace ON annals.audit_log (trace_id);
CREATE INDEX login_attempt_trace ON annals.login_attempt (trace_id);
CREATE INDEX data_export_trace ON annals.data_export (trace_id);
CREATE INDEX system_event_trace ON annals.system_event (trace_id);

-- Hashes are looked for by their beginning; 16 letters tell them apart at half the space.
CREATE INDEX audit_log_session ON annals.audit_log (left(session_hash, 16) text_pattern_ops);
CREATE INDEX login_attempt_session ON annals.login_attempt (left(session_hash, 16) text_pattern_ops);
CREATE INDEX data_export_session ON annals.data_export (left(session_hash, 16) text_pattern_ops);
CREATE INDEX system_event_session ON annals.system_event (left(session_hash, 16) text_pattern_ops);
CREATE INDEX data_export_sha256 ON annals.data_export (left(sha256, 16) text_pattern_ops);
