-- Version 7: what one device may have the server keep, what is read in pages, and who sits at a desk
-- now.

-- What a device used of its day; one row for each device.
CREATE TABLE device_days (
    device BLOB PRIMARY KEY NOT NULL REFERENCES devices (id),
    -- Days since 1970, UTC.
    day INTEGER NOT NULL,
    -- Changes handed in and views told.
    rows INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    -- Changes that it brought back after a restore; they are counted by themselves.
    brought INTEGER NOT NULL,
    brought_bytes INTEGER NOT NULL,
    -- Changes past its budget that must always be possible.
    always INTEGER NOT NULL,
    -- Rows of the audit that tell what it read.
    reads INTEGER NOT NULL,
    -- Whether the administrator was told that it was not enough.
    told INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The minute in which it was last noted that a record was shown on a device.
CREATE TABLE viewed (
    device BLOB NOT NULL REFERENCES devices (id),
    record BLOB NOT NULL REFERENCES records (id),
    minute INTEGER NOT NULL,
    PRIMARY KEY (device, record)
) STRICT, WITHOUT ROWID;

-- A record is loaded from its newest snapshot, and paged from the one before.
DELETE FROM snapshots WHERE made_seq NOT IN (
    SELECT newest.made_seq FROM snapshots AS newest WHERE newest.record = snapshots.record
    ORDER BY newest.made_seq DESC LIMIT 2);

-- What a reconciling device holds opens nothing to it, and it drops by itself what the server does not
-- give it afterwards. Nothing is kept of what it said.
DROP TABLE reconcile_offers;

-- When somebody last showed in a session, with a password or a code, who they are; and how often they
-- could not, one after the other.
ALTER TABLE sessions ADD COLUMN confirmed_at INTEGER;
ALTER TABLE sessions ADD COLUMN wrong INTEGER NOT NULL DEFAULT 0;

-- A case is paged by when its records came, whatever dates stand in them.
DROP INDEX records_by_scope;
CREATE INDEX records_by_scope ON records (scope, type, first_seq);
