-- What lists of people and of devices show.

-- When somebody signed in last.
ALTER TABLE accounts ADD COLUMN signed_in_at INTEGER;
UPDATE accounts SET signed_in_at =
    (SELECT max(begun_at) FROM sessions WHERE sessions.user_id = accounts.user_id);

-- When a revoked device was first told to wipe itself.
ALTER TABLE devices ADD COLUMN wipe_told_at INTEGER;
-- The digest of the catalogue that it last worked by; null when it is not known.
ALTER TABLE devices ADD COLUMN catalogue BLOB;
CREATE INDEX devices_by_user ON devices (user_id);
