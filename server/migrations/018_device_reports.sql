-- How a device is, as it said itself when it last came.
CREATE TABLE device_reports (
    device BLOB PRIMARY KEY REFERENCES devices (id),
    at INTEGER NOT NULL,
    app TEXT NOT NULL,
    -- Its clock less the server's, in milliseconds.
    skew INTEGER NOT NULL,
    records INTEGER NOT NULL,
    waiting INTEGER NOT NULL,
    store_bytes INTEGER NOT NULL,
    -- Null where the platform does not say.
    free_bytes INTEGER
) STRICT, WITHOUT ROWID;

-- An order to show nothing: given, told to the device, and carried out as the device says.
ALTER TABLE devices ADD COLUMN lock_ordered_at INTEGER;
ALTER TABLE devices ADD COLUMN lock_told_at INTEGER;
ALTER TABLE devices ADD COLUMN locked_at INTEGER;
-- When a revoked device said that it had wiped itself.
ALTER TABLE devices ADD COLUMN wiped_at INTEGER;

-- When somebody is away, and takes no cases over.
CREATE TABLE absences (
    user_id BLOB NOT NULL REFERENCES users (id),
    starts_at INTEGER NOT NULL,
    -- Exclusive.
    ends_at INTEGER NOT NULL,
    PRIMARY KEY (user_id, starts_at)
) STRICT, WITHOUT ROWID;
