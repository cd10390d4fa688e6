-- The events of one record and month with what all records have in common: who, where from, when. Text for a CTE;
-- $month and $record are put in as constants. A request makes about four events.
SELECT n.number, n.bulk, n.request,
  h.at + ((n.anchor - h.first + bench.chance(n.anchor, 3)) / (h.last - h.first + 1) * 3600e6)::bigint
    * interval '1 microsecond' AS recorded_at,
  h.at::date, h.month,
  CASE WHEN n.bulk THEN 'job' WHEN n.who < 0.80 THEN 'user' WHEN n.who < 0.92 THEN 'job' WHEN n.who < 0.955 THEN 'service'
    WHEN n.who < 0.985 THEN 'system' ELSE 'anonymous' END AS actor_kind,
  CASE WHEN NOT n.bulk AND n.who < 0.80 THEN bench.rank(bench.chance(n.request, 1), 2000) END AS person,
  bench.rank(bench.chance(n.request, 4), 20) AS tenant,
  bench.rank(bench.chance(n.request, 6), 8) AS helper,
  n.who
FROM bench.hour h
CROSS JOIN LATERAL (
  SELECT s.number, b.bulk, CASE WHEN b.bulk THEN s.number >> 6 ELSE s.number >> 2 END AS request,
    CASE WHEN b.bulk THEN greatest(s.number >> 6 << 6, h.first) ELSE s.number END AS anchor,
    bench.chance(CASE WHEN b.bulk THEN s.number >> 6 ELSE s.number >> 2 END, 2) AS who
  FROM generate_series(h.first, h.last) AS s(number)
  CROSS JOIN LATERAL (SELECT bench.is_bulk(s.number) AS bulk OFFSET 0) AS b
  WHERE bench.record_of(s.number) = '$record'
) AS n
WHERE h.month = '$month'
OFFSET 0
