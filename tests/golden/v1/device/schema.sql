-- version 1
CREATE INDEX changes_by_record ON changes (record, number);
CREATE INDEX outbox_by_record ON outbox (record);
CREATE INDEX outbox_held ON outbox (record) WHERE held = 1;
CREATE INDEX quarantine_by_record ON quarantine (record);
CREATE INDEX records_by_case ON records (case_id, type, voided, occurred_at);
CREATE INDEX records_by_scope ON records (anchor, compartment);
CREATE INDEX records_by_state ON records (state);
CREATE INDEX records_by_time ON records (occurred_at);
CREATE INDEX records_by_type ON records (type, occurred_at);
CREATE INDEX records_cases ON records (id, case_id, title, type) WHERE case_id = id;
CREATE INDEX records_conflicts ON records (case_id, conflicts) WHERE conflicts > 0;
CREATE INDEX records_contacts ON records (case_id, contact, occurred_at) WHERE contact = 1;
CREATE INDEX tasks_by_case ON tasks (case_id);
CREATE INDEX tasks_open ON tasks (due) WHERE open = 1;
CREATE INDEX tasks_open_by_case ON tasks (case_id, open, due) WHERE open = 1;
CREATE TABLE actors (
    record BLOB PRIMARY KEY REFERENCES records (id) ON DELETE CASCADE,
    actor  BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE authors (
    device BLOB PRIMARY KEY,
    user   BLOB NOT NULL,
    name   TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE changes (
    number       INTEGER PRIMARY KEY,
    hash         BLOB NOT NULL UNIQUE,
    record       BLOB NOT NULL REFERENCES records (id) ON DELETE CASCADE,
    device       BLOB NOT NULL,
    bytes        BLOB NOT NULL,
    acknowledged INTEGER NOT NULL
) STRICT;
CREATE TABLE feed (
    only_row  INTEGER PRIMARY KEY CHECK (only_row = 1),
    cursor    BLOB,
    seen      BLOB,
    reconcile TEXT
) STRICT;
CREATE TABLE meta (
    key   TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE outbox (
    number INTEGER PRIMARY KEY REFERENCES changes (number) ON DELETE CASCADE,
    record BLOB NOT NULL REFERENCES records (id) ON DELETE CASCADE,
    intent TEXT,
    sent   INTEGER NOT NULL,
    -- Whether the server refused it until this device has pulled.
    held   INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE quarantine (
    number    INTEGER PRIMARY KEY,
    kind      TEXT NOT NULL,
    hash      BLOB NOT NULL,
    record    BLOB NOT NULL,
    type      TEXT,
    anchor    BLOB,
    compartment TEXT,
    bytes     BLOB NOT NULL,
    intent    TEXT,
    code      TEXT NOT NULL,
    reason    TEXT NOT NULL,
    at        INTEGER NOT NULL,
    dismissed INTEGER NOT NULL DEFAULT 0,
    UNIQUE (hash, kind)
) STRICT;
CREATE TABLE records (
    number      INTEGER PRIMARY KEY,
    id          BLOB NOT NULL UNIQUE,
    type        TEXT NOT NULL,
    case_id     BLOB,
    -- The case of its scope: its case, or its own id when it stands alone.
    anchor      BLOB NOT NULL,
    compartment TEXT NOT NULL,
    program     TEXT NOT NULL,
    created_by  BLOB NOT NULL,
    created_at  INTEGER NOT NULL,
    occurred_at INTEGER NOT NULL,
    updated_at  INTEGER NOT NULL,
    title       TEXT NOT NULL,
    view        TEXT NOT NULL,
    heads       BLOB NOT NULL,
    -- Of the acknowledged changes, as the server counts them.
    check_count INTEGER NOT NULL,
    check_xor   BLOB NOT NULL,
    -- Conflicts that wait for a person.
    conflicts   INTEGER NOT NULL,
    voided      INTEGER NOT NULL,
    -- Whether it tells that somebody dealt with the case: neither voided nor an identity record.
    contact     INTEGER NOT NULL,
    state       TEXT NOT NULL,
    -- Whether the server refused the record itself, not only one of its edits.
    refused     INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE refetch (
    record BLOB PRIMARY KEY
) STRICT, WITHOUT ROWID;
CREATE TABLE revoked (
    anchor      BLOB NOT NULL,
    compartment TEXT NOT NULL,
    seq         INTEGER NOT NULL,
    state       TEXT NOT NULL,
    PRIMARY KEY (anchor, compartment)
) STRICT, WITHOUT ROWID;
CREATE VIRTUAL TABLE search USING fts5 (
    text,
    content = '',
    contentless_delete = 1,
    prefix = '2 3',
    tokenize = "unicode61 remove_diacritics 0"
);
CREATE TABLE 'search_config'(k PRIMARY KEY, v) WITHOUT ROWID;
CREATE TABLE 'search_data'(id INTEGER PRIMARY KEY, block BLOB);
CREATE TABLE 'search_docsize'(id INTEGER PRIMARY KEY, sz BLOB, origin INTEGER);
CREATE TABLE 'search_idx'(segid, term, pgno, PRIMARY KEY(segid, term)) WITHOUT ROWID;
CREATE TABLE snapshots (
    record  BLOB PRIMARY KEY REFERENCES records (id) ON DELETE CASCADE,
    through INTEGER NOT NULL,
    bytes   BLOB NOT NULL
) STRICT;
CREATE TABLE tasks (
    record      BLOB NOT NULL REFERENCES records (id) ON DELETE CASCADE,
    rule        TEXT NOT NULL,
    case_id     BLOB,
    opens       INTEGER NOT NULL,
    due         INTEGER NOT NULL,
    -- The first time it is shown to the supervisor, if any.
    flags       TEXT NOT NULL,
    answered_by TEXT NOT NULL,
    closed      INTEGER NOT NULL,
    open        INTEGER NOT NULL,
    PRIMARY KEY (record, rule)
) STRICT, WITHOUT ROWID;
CREATE TABLE views (
    record BLOB NOT NULL,
    hour   INTEGER NOT NULL,
    at     INTEGER NOT NULL,
    sent   INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (record, hour)
) STRICT, WITHOUT ROWID;
