-- Version 7: what one device may have the server keep in a day.

-- What a device used of its day; one row for each device.
CREATE TABLE device_days (
    device BLOB PRIMARY KEY NOT NULL REFERENCES devices (id),
    -- Days since 1970, UTC.
    day INTEGER NOT NULL,
    -- Changes handed in and views told.
    rows INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
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

-- Whether the device has shown that it holds the record: it named the hashes of all its changes.
ALTER TABLE reconcile_offers ADD COLUMN proven INTEGER NOT NULL DEFAULT 0;
-- Records that are not here were offered by mistake, or to fill the disk.
DELETE FROM reconcile_offers WHERE record NOT IN (SELECT id FROM records);

-- A record is loaded from its newest snapshot, and paged from the one before.
DELETE FROM snapshots WHERE made_seq NOT IN (
    SELECT newest.made_seq FROM snapshots AS newest WHERE newest.record = snapshots.record
    ORDER BY newest.made_seq DESC LIMIT 2);
