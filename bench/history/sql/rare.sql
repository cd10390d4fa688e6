-- $1 events. A few of each, spread over the months, none in the newest.
INSERT INTO bench.rare
SELECT (SELECT min(s.n) FROM generate_series(f.start, f.start + 1000) AS s(n)
    WHERE bench.record_of(s.n) = 'audit_log' AND NOT bench.is_bulk(s.n)), w.what
FROM (VALUES (0.11, 'action', 3), (0.23, 'type', 4), (0.31, 'actor', 5), (0.43, 'ip', 3), (0.57, 'word', 2), (0.61, 'field', 6),
  (0.71, 'tenant', 4), (0.83, 'module', 5)) AS w(which, what, times)
CROSS JOIN LATERAL generate_series(1, w.times) AS place
CROSS JOIN LATERAL (SELECT floor($1::bigint * (place - 0.37 * which) / (times + 1))::bigint AS start) AS f
