-- Version 9: who sits at a desk now, and cases that are read in pages.

-- When somebody last showed in a session, with a password or a code, who they are; and how often they
-- could not, one after the other.
ALTER TABLE sessions ADD COLUMN confirmed_at INTEGER;
ALTER TABLE sessions ADD COLUMN wrong INTEGER NOT NULL DEFAULT 0;

-- A case is paged by when its records came, whatever dates stand in them.
DROP INDEX records_by_scope;
CREATE INDEX records_by_scope ON records (scope, type, first_seq);
