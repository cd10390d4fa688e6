-- A host that publishes all of its tables (CREATE PUBLICATION ... FOR ALL TABLES, as Debezium does) publishes ours too,
-- and PostgreSQL then refuses to delete from a table whose rows it cannot name: nothing could be filed. The outbox has no
-- unique index, which would cost its writers. Rows are named by all that they hold, which costs nothing but where
-- wal_level is logical.
ALTER TABLE annals.outbox REPLICA IDENTITY FULL;
ALTER TABLE annals.outbox_0 REPLICA IDENTITY FULL;
ALTER TABLE annals.outbox_1 REPLICA IDENTITY FULL;
ALTER TABLE annals.outbox_2 REPLICA IDENTITY FULL;
