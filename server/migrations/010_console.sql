-- Version 10: what lists at the console are made of, and what somebody leaves there for later.

-- What the lists need of a record. Derived from the read model by the catalogue, left out of backups,
-- made anew at any time; so are the summaries.
CREATE TABLE marks (
    scope INTEGER NOT NULL REFERENCES scopes (id),
    record BLOB NOT NULL REFERENCES records (id),
    type TEXT NOT NULL,
    program TEXT NOT NULL,
    author BLOB NOT NULL,
    -- The entry of the feed by which it came.
    came INTEGER NOT NULL,
    occurred_at INTEGER NOT NULL,
    is_voided INTEGER NOT NULL,
    -- Conflicts that wait for a person.
    to_review INTEGER NOT NULL,
    -- Whether it waits for whoever may decide on it.
    waits INTEGER NOT NULL,
    -- Whether it tells that somebody dealt with the person.
    is_contact INTEGER NOT NULL,
    -- How great the risk is, and its place in its code list; that place is null when it has none.
    risk TEXT,
    risk_rank INTEGER,
    -- The kind of consent that it is.
    consent TEXT,
    -- What the record is called that opened its case, in plain letters.
    title TEXT,
    PRIMARY KEY (scope, record)
) STRICT, WITHOUT ROWID;
CREATE INDEX marks_waiting ON marks (scope, came, program, author) WHERE waits = 1;
CREATE INDEX marks_in_conflict ON marks (scope, came, type) WHERE to_review > 0;

-- What the records of a scope come to. A scope has none that has no records, and in which nobody works.
CREATE TABLE summaries (
    scope INTEGER PRIMARY KEY NOT NULL REFERENCES scopes (id),
    -- Null when its record stands alone.
    "case" BLOB,
    compartment TEXT NOT NULL,
    is_directory INTEGER NOT NULL,
    -- When its first record happened that is not voided.
    first_at INTEGER,
    last_contact INTEGER,
    risk TEXT,
    risk_rank INTEGER,
    -- When the record happened that says so.
    risk_at INTEGER,
    -- Records that wait for whoever may decide on them.
    waiting INTEGER NOT NULL,
    -- Records that hold conflicts, and how many conflicts these are.
    in_conflict INTEGER NOT NULL,
    to_review INTEGER NOT NULL,
    -- Tasks that concern everybody who sees them, paused ones too, and when the next one is due.
    open_tasks INTEGER NOT NULL,
    next_due INTEGER,
    -- Those that concern the people of one program alone.
    program_tasks INTEGER NOT NULL,
    -- When the first consent ends, or ended, that no other one of its kind outlasts.
    consent_until INTEGER,
    -- Codes, with a space between them.
    programs TEXT NOT NULL,
    title TEXT,
    -- The ids of those that its case is assigned to and who see it, one after the other, in order.
    workers BLOB NOT NULL
) STRICT;

-- Lists walk through what is open to their reader, from this index alone.
CREATE INDEX grants_open ON grants (user_id, revoked_seq, scope) WHERE revoked_seq IS NULL;

-- What is due is found by when it is due.
DROP INDEX tasks_open;
CREATE INDEX tasks_open ON tasks (scope, standing, due, only_for, owner) WHERE standing <= 1;

-- What somebody has chosen at the console, such as the filter of a list. Names people by their ids
-- only, and no case.
CREATE TABLE settings (
    user_id BLOB NOT NULL REFERENCES users (id),
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (user_id, name)
) STRICT, WITHOUT ROWID;

-- Forms that are being filled in at the console; nobody but their author comes to them.
CREATE TABLE drafts (
    id BLOB PRIMARY KEY NOT NULL,
    user_id BLOB NOT NULL REFERENCES users (id),
    type TEXT NOT NULL,
    -- Whose key seals the answers, so that they go when its case is erased; null where there is no
    -- case yet, and a key of the author's own seals them.
    scope INTEGER REFERENCES scopes (id),
    -- The case that the new record is for; null when it opens one, or stands alone.
    "case" BLOB,
    -- The record that is made, or edited.
    record BLOB NOT NULL,
    is_edit INTEGER NOT NULL,
    begun_at INTEGER NOT NULL,
    touched_at INTEGER NOT NULL,
    answers BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX drafts_by_user ON drafts (user_id, begun_at);
CREATE INDEX drafts_by_scope ON drafts (scope) WHERE scope IS NOT NULL;
