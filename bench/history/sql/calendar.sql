-- $1 events, $2 end, over 24 UTC months up to it.
WITH weight AS (
  SELECT at, (1 + extract(epoch FROM at - $2::timestamptz + interval '24 months') / extract(epoch FROM interval '24 months'))
    * CASE WHEN extract(isodow FROM at) > 5 THEN 0.25 ELSE 1 END
    * CASE WHEN extract(hour FROM at) BETWEEN 7 AND 17 THEN 1 ELSE 0.12 END AS weight
  FROM generate_series(date_trunc('month', $2::timestamptz) - interval '23 months', $2::timestamptz - interval '1 second',
    interval '1 hour') AS at
), share AS (
  SELECT at, sum(weight) OVER (ORDER BY at) / sum(weight) OVER () AS upto FROM weight
), upto AS (
  SELECT at, round(upto * $1::bigint)::bigint AS last FROM share
), span AS (
  SELECT at, lag(last, 1, 0::bigint) OVER (ORDER BY at) + 1 AS first, last FROM upto
)
INSERT INTO bench.hour SELECT date_trunc('month', at)::date, at, first, last FROM span WHERE first <= last ORDER BY at
