-- One relay at a time, told by the lock of a table and not by a number: an advisory lock is anybody's to take, and
-- to keep, while a table can be locked only by those who may write to it. It stays empty, so that no VACUUM has
-- business with it. Its lock is SHARE UPDATE EXCLUSIVE, which a dump and a reader do not meet.
CREATE TABLE annals.relay_turn (
  nothing boolean
);
COMMENT ON TABLE annals.relay_turn IS 'Always empty. annals.relay() holds its lock while it files.';

-- What `annals migrate` has set up. A restore may bring back the objects and not the roles, which belong to the
-- server: then this tells what there should be.
CREATE TABLE annals.installation (
  one_row boolean PRIMARY KEY DEFAULT true CHECK (one_row),
  roles text NOT NULL CHECK (roles IN ('own', 'single'))
);
COMMENT ON COLUMN annals.installation.roles IS 'own: Annals has roles of its own. single: one role plays all parts.';
