-- Version 11: people are found by more than their names, and cases go from one to another.

-- The words by which a record is found that opens a case, in plain letters; null for all others.
ALTER TABLE marks ADD COLUMN searched TEXT;
-- A search walks through what is open to its reader, and through this index alone.
CREATE INDEX marks_searched ON marks (scope, came, to_review, searched) WHERE searched IS NOT NULL;
-- Marks made before have none: all are made anew.
DELETE FROM meta WHERE name = 'summaries_made_with';

-- Cases that another program was asked to take over.
CREATE TABLE transfers (
    id INTEGER PRIMARY KEY,
    "case" BLOB NOT NULL,
    -- With whose key the words are sealed.
    compartment TEXT NOT NULL,
    -- Who hands it over; null when somebody is to work on it beside those who do.
    from_user BLOB REFERENCES users (id),
    to_program TEXT NOT NULL,
    asked_by BLOB NOT NULL REFERENCES users (id),
    asked_at INTEGER NOT NULL,
    -- Why, sealed; empty once the case was erased.
    reason BLOB NOT NULL,
    -- 0 waits, 1 accepted, 2 refused, 3 taken back.
    state INTEGER NOT NULL,
    decided_by BLOB REFERENCES users (id),
    decided_at INTEGER,
    -- Who works on it now.
    to_user BLOB REFERENCES users (id),
    -- Why it was refused, sealed.
    answer BLOB NOT NULL
) STRICT;
-- One program is asked once at a time.
CREATE UNIQUE INDEX transfers_waiting ON transfers ("case", to_program) WHERE state = 0;
CREATE INDEX transfers_to ON transfers (to_program, state, id);
CREATE INDEX transfers_by ON transfers (asked_by, id);
