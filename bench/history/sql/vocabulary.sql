-- What a history is made of. Everything follows from the number of an event by hashing, so that the same size and
-- the same end give the same history, and any month can be written by itself.
CREATE SCHEMA IF NOT EXISTS bench;

-- A number from 0 to 1 (without 1) for an event, independent for each salt.
CREATE OR REPLACE FUNCTION bench.chance(number bigint, salt bigint) RETURNS float8
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (hashint8extended(number, salt) & 4294967295)::float8 / 4294967296.0;

-- 1 to `most`, where k comes with a share of about 1/k, as people, objects and addresses do.
CREATE OR REPLACE FUNCTION bench.rank(chance float8, most integer) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN floor(exp(chance * ln(most + 1.0::float8)))::integer;

-- Of 225 neighbouring numbers 200 are audit events, 20 log-ins, one is an export and 4 are system events.
CREATE OR REPLACE FUNCTION bench.record_of(number bigint) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN number * 97 % 225 < 200 THEN 'audit_log' WHEN number * 97 % 225 < 220 THEN 'login_attempt'
  WHEN number * 97 % 225 = 220 THEN 'data_export' ELSE 'system_event' END;

-- One statement in sixty wrote many rows: one transaction, one time, one job.
CREATE OR REPLACE FUNCTION bench.is_bulk(number bigint) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN hashint8extended(number >> 6, 11) & 63 = 0;

CREATE TABLE bench.tenant AS
SELECT place AS rank, name FROM unnest(ARRAY['acme', 'globex', 'initech', 'umbrella', 'hooli', 'stark', 'wayne', 'wonka',
  'cyberdyne', 'tyrell', 'aperture', 'soylent', 'gringotts', 'duff', 'oceanic', 'dunder', 'pied-piper', 'vandelay',
  'massive', 'prestige']) WITH ORDINALITY AS t(name, place);

CREATE TABLE bench.name AS
SELECT
  ARRAY['Maria', 'Chen', 'Fatima', 'Lukas', 'Aisha', 'Jonas', 'Priya', 'Diego', 'Ingrid', 'Yusuf', 'Hannah', 'Mateo', 'Olga',
    'Kwame', 'Sofia', 'Ravi', 'Elena', 'Tomas', 'Noor', 'Emil', 'Greta', 'Pavel', 'Amara', 'Felix', 'Leila', 'Oscar', 'Mina',
    'Viktor', 'Clara', 'Hugo', 'Ana', 'Samuel', 'Ida', 'Bruno', 'Zara', 'Anton', 'Lena', 'Marek', 'Rosa', 'Theo'] AS first,
  ARRAY['Schmidt', 'Okafor', 'Nguyen', 'Haddad', 'Novak', 'Silva', 'Kowalski', 'Andersen', 'Ivanova', 'Moreau', 'Tanaka',
    'Fernandez', 'Lindqvist', 'Mensah', 'Petrov', 'Rossi', 'Yilmaz', 'Walker', 'Castillo', 'Banerjee', 'Fischer', 'Dubois',
    'Horvat', 'Karlsson', 'Mbeki', 'Sato', 'Vargas', 'Weber', 'Zielinski', 'Brandt', 'Costa', 'Eriksen', 'Farouk', 'Gruber',
    'Hassan', 'Jensen', 'Keller', 'Larsen', 'Meyer', 'Nilsen', 'Ortega', 'Pereira', 'Quinn', 'Richter', 'Santos', 'Takahashi',
    'Ulrich', 'Vogel', 'Winkler', 'Young'] AS last;

-- 2,000 people, most of them of one tenant; the first 40 are staff who work for all.
CREATE TABLE bench.person AS
SELECT rank, 'u' || rank AS id, first[1 + rank * 7 % 40] || ' ' || last[1 + rank * 13 % 50] AS label,
  lower(first[1 + rank * 7 % 40]) || '.' || lower(last[1 + rank * 13 % 50]) || rank || '@example.com' AS username,
  CASE WHEN rank > 40 THEN (SELECT t.name FROM bench.tenant t WHERE t.rank = bench.rank(bench.chance(rank, 1), 20)) END AS tenant,
  CASE WHEN rank % 20 = 0 THEN inet '2001:db8::' + rank * 65536::bigint ELSE inet '81.16.0.0' + rank * 16 END AS ip,
  (ARRAY['DE', 'FR', 'US', 'GB', 'IN', 'BR', 'NL', 'PL', 'SE', 'NG', 'JP', 'ES'])[bench.rank(bench.chance(rank, 2), 12)] AS country,
  'Mozilla/5.0 (' || (ARRAY['Windows NT 10.0; Win64; x64', 'Macintosh; Intel Mac OS X 10_15_7', 'X11; Linux x86_64',
    'Linux; Android 10; K'])[1 + rank % 4] || ') AppleWebKit/537.36 (KHTML, like Gecko) Chrome/' || 120 + rank % 20
    || '.0.0.0 Safari/537.36' AS user_agent
FROM bench.name, generate_series(1, 2000) AS rank;

-- 40 tables of a shop, the earlier the more often written to. `named`: labelled by a person's name.
CREATE TABLE bench.object_type AS
SELECT place AS rank, split_part(spec, ':', 1) AS name, split_part(spec, ':', 2) AS module, split_part(spec, ':', 3) AS prefix,
  split_part(spec, ':', 3) = '' AS named
FROM unnest(ARRAY['order:sales:ORD', 'invoice:billing:INV', 'customer:crm:', 'payment:billing:PAY', 'shipment:logistics:SHP',
  'product:catalog:SKU', 'stock_level:logistics:STK', 'ticket:support:TCK', 'user:accounts:', 'address:crm:ADR',
  'price:catalog:PRC', 'order_line:sales:OLN', 'refund:billing:RFD', 'coupon:marketing:CPN', 'contact:crm:',
  'subscription:billing:SUB', 'return:logistics:RET', 'supplier:purchasing:', 'purchase_order:purchasing:PO', 'warehouse:logistics:WH',
  'comment:support:CMT', 'attachment:support:ATT', 'role:accounts:ROL', 'permission:accounts:PRM', 'api_key:accounts:KEY',
  'webhook:integration:HOOK', 'feed:integration:FEED', 'campaign:marketing:CMP', 'newsletter:marketing:NWS', 'review:catalog:REV',
  'category:catalog:CAT', 'tax_rate:billing:TAX', 'exchange_rate:billing:FX', 'carrier:logistics:CAR', 'employee:hr:',
  'contract:hr:CON', 'absence:hr:ABS', 'payslip:hr:SLIP', 'setting:admin:SET', 'feature_flag:admin:FLAG'])
  WITH ORDINALITY AS t(spec, place);

-- How many events each hour holds: growing over the months, full in working hours, thin on week-ends. Numbers run on
-- through the hours, so they are dense and in the order of time.
CREATE TABLE bench.hour (month date NOT NULL, at timestamptz NOT NULL, first bigint NOT NULL, last bigint NOT NULL);
CREATE INDEX ON bench.hour (month);

-- What comes a few times in a history, whatever its size.
CREATE TABLE bench.rare (number bigint PRIMARY KEY, what text NOT NULL);

-- One row: how it was made, and that it is whole.
CREATE TABLE bench.history (rows bigint NOT NULL, events bigint NOT NULL, until timestamptz NOT NULL, version integer NOT NULL,
  seconds float8, bytes jsonb);
