-- Version 6: forms that are being filled in. They stand here and nowhere else until they are submitted.

CREATE TABLE drafts (
    number     INTEGER PRIMARY KEY,
    id         BLOB NOT NULL UNIQUE,
    type       TEXT NOT NULL,
    -- The record that it makes when it is submitted, or that it edits.
    record     BLOB NOT NULL,
    edits      INTEGER NOT NULL,
    case_id    BLOB,
    program    TEXT,
    begun_at   INTEGER NOT NULL,
    touched_at INTEGER NOT NULL,
    -- The question that was answered last, and what stood there before; null when that is undone.
    last_field TEXT,
    last_was   TEXT,
    -- `open`; or how it ended, when, and by which change: it can be taken back for a while.
    state      TEXT NOT NULL,
    ended_at   INTEGER,
    change     BLOB
) STRICT;
CREATE INDEX drafts_by_state ON drafts (state, touched_at);

CREATE TABLE draft_answers (
    draft  INTEGER NOT NULL REFERENCES drafts (number) ON DELETE CASCADE,
    field  TEXT NOT NULL,
    answer TEXT NOT NULL,
    -- What stood in the record that is edited when the question was first answered.
    base   TEXT,
    PRIMARY KEY (draft, field)
) STRICT, WITHOUT ROWID;
