-- Version 3: what becomes of each task, and by which record.

DROP TABLE tasks;

-- What records ask to be done, as the rules and the other records of the case leave it: a cache, made
-- anew at any time.
CREATE TABLE tasks (
    record      BLOB NOT NULL REFERENCES records (id) ON DELETE CASCADE,
    rule        TEXT NOT NULL,
    case_id     BLOB,
    opens       INTEGER NOT NULL,
    due         INTEGER NOT NULL,
    -- When it is shown to the supervisor, if it is still open.
    flags       TEXT NOT NULL,
    owner       BLOB,
    -- The program whose people alone it concerns, if not everybody who has the record.
    only_for    TEXT,
    -- 0 open, 1 paused, 2 ended by another record, 3 answered by one, 4 closed by its own.
    standing    INTEGER NOT NULL,
    open        INTEGER NOT NULL,
    answered_by BLOB,
    answered_at INTEGER,
    attempts    INTEGER NOT NULL,
    last_attempt INTEGER,
    PRIMARY KEY (record, rule)
) STRICT, WITHOUT ROWID;
CREATE INDEX tasks_open ON tasks (due) WHERE open = 1;
CREATE INDEX tasks_open_by_case ON tasks (case_id, open, due, only_for) WHERE open = 1;
-- Those that another record of the case can still move.
CREATE INDEX tasks_movable ON tasks (case_id, standing) WHERE standing <= 2;
CREATE INDEX tasks_answered ON tasks (case_id, answered_at) WHERE answered_at IS NOT NULL;

-- The table is filled when the store is next opened: what made its rows is noted in `meta`.
