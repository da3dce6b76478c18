-- Version 7: the records that a draft made besides its own, of other people who were met at once. They
-- are taken back with it.

CREATE TABLE draft_others (
    draft  INTEGER NOT NULL REFERENCES drafts (number) ON DELETE CASCADE,
    -- In the order in which they were made.
    place  INTEGER NOT NULL,
    record BLOB NOT NULL,
    change BLOB NOT NULL,
    PRIMARY KEY (draft, place)
) STRICT, WITHOUT ROWID;
