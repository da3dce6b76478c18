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

-- Roles that begin or end on a day. What is held now is in `memberships`: whoever asks first after such a
-- moment puts it there or takes it away.
CREATE TABLE role_terms (
    user_id BLOB NOT NULL REFERENCES users (id),
    role TEXT NOT NULL,
    program TEXT NOT NULL,
    starts_at INTEGER NOT NULL,
    -- Exclusive; null when it has no end.
    ends_at INTEGER,
    -- Whether it was put among the memberships.
    begun INTEGER NOT NULL,
    PRIMARY KEY (user_id, role, program)
) STRICT, WITHOUT ROWID;
CREATE INDEX role_terms_due ON role_terms (CASE begun WHEN 0 THEN starts_at ELSE ends_at END);
