-- Version 4: work that comes late, or was refused, until a supervisor has decided about it.

-- When a scope was closed, by the server's clock; null for what was closed before this version.
ALTER TABLE grants ADD COLUMN revoked_at INTEGER;

-- Roles that were taken away, for each device that its owner had then: what was written on it before
-- anybody could know is judged by them.
CREATE TABLE withdrawn (
    device BLOB NOT NULL REFERENCES devices (id),
    role TEXT NOT NULL,
    program TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (device, role, program)
) STRICT, WITHOUT ROWID;

-- What refused work is, as far as it could be read; null when it could not.
ALTER TABLE quarantine ADD COLUMN type TEXT;
ALTER TABLE quarantine ADD COLUMN program TEXT;
-- When a supervisor has dismissed it; null while it waits.
ALTER TABLE quarantine ADD COLUMN dismissed_at INTEGER;
CREATE INDEX quarantine_by_record ON quarantine (record, device);
CREATE INDEX quarantine_without_home ON quarantine (device, record)
    WHERE scope IS NULL AND bytes > 0;
CREATE INDEX quarantine_by_scope ON quarantine (scope) WHERE scope IS NOT NULL;

-- What was decided about refused work: told to the device that handed it in.
CREATE TABLE decisions (
    device BLOB NOT NULL REFERENCES devices (id),
    hash BLOB NOT NULL,
    -- accepted, dismissed, repaired or erased.
    decision TEXT NOT NULL,
    -- Who decided; null when the case was erased.
    user BLOB REFERENCES users (id),
    at INTEGER NOT NULL,
    -- The stated reason; null when the case was erased.
    reason INTEGER REFERENCES stated_reasons (id),
    PRIMARY KEY (device, hash)
) STRICT, WITHOUT ROWID;
