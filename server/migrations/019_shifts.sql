-- Who is out, and what they said of their safety. Every time is the server's; `said_at` alone is the
-- device's own, by which a message that comes twice is known.
CREATE TABLE shifts (
    id BLOB PRIMARY KEY,
    user_id BLOB NOT NULL REFERENCES users (id),
    device BLOB NOT NULL REFERENCES devices (id),
    partner TEXT NOT NULL,
    zone TEXT NOT NULL,
    begun_at INTEGER NOT NULL,
    -- When the server heard of it.
    armed_at INTEGER NOT NULL,
    back_by INTEGER NOT NULL,
    -- Null while they are out.
    ended_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX shifts_out ON shifts (back_by) WHERE ended_at IS NULL;
CREATE INDEX shifts_of_device ON shifts (device);

CREATE TABLE safety_stamps (
    shift BLOB NOT NULL REFERENCES shifts (id) ON DELETE CASCADE,
    said_at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    tapped_at INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    PRIMARY KEY (shift, said_at, kind)
) STRICT, WITHOUT ROWID;
