CREATE OR REPLACE PROCEDURE annals.relay_apart(max_rows integer, INOUT taken bigint, INOUT seconds double precision, INOUT arrived bigint)
-- version: 1
-- annals.relay in a transaction of its own that is READ COMMITTED and may write, whatever the defaults of the role
-- or database are. A serializable relay makes serializable writers fail that have nothing to do with each other.
-- Not inside a transaction block. It has the rights of its caller, and so no setting of its own: all names in full.
LANGUAGE plpgsql AS $$
DECLARE
  began timestamptz;
BEGIN
  COMMIT;
  SET TRANSACTION ISOLATION LEVEL READ COMMITTED, READ WRITE;
  began := pg_catalog.clock_timestamp();
  taken := annals.relay(max_rows);
  seconds := pg_catalog.date_part('epoch', pg_catalog.clock_timestamp() OPERATOR(pg_catalog.-) began);
  arrived := annals.arrived();
END
$$;
