-- Version 6: what is to be done.

-- A record's fields where dates are counted from, if one of them cannot be; else null.
ALTER TABLE read_model ADD COLUMN counted TEXT;

-- Derived from the read model by the catalogue's follow-up rules, left out of backups, made anew at
-- any time.
CREATE TABLE tasks (
    record BLOB NOT NULL REFERENCES records (id),
    rule TEXT NOT NULL,
    scope INTEGER NOT NULL REFERENCES scopes (id),
    "case" BLOB,
    opens INTEGER NOT NULL,
    due INTEGER NOT NULL,
    -- When a supervisor is told, if it is still open; a list in JSON.
    flags TEXT NOT NULL,
    owner BLOB,
    -- The program whose people alone it concerns, if not everybody who sees the record.
    only_for TEXT,
    -- 0 open, 1 paused, 2 ended by another record, 3 answered by one, 4 closed by its own.
    standing INTEGER NOT NULL,
    answered_by BLOB,
    answered_at INTEGER,
    attempts INTEGER NOT NULL,
    last_attempt INTEGER,
    PRIMARY KEY (record, rule)
) STRICT, WITHOUT ROWID;
CREATE INDEX tasks_open ON tasks (scope) WHERE standing <= 1;
-- Those that another record of the case can still move.
CREATE INDEX tasks_movable ON tasks ("case") WHERE standing <= 2;
CREATE INDEX tasks_answered ON tasks ("case", answered_at) WHERE answered_at IS NOT NULL;
