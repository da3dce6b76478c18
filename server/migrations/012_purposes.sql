-- Version 12: for what somebody reads the audit, and what its pages are found by.

-- Said once in each session. It is of no case: a key of the server's own seals it.
CREATE TABLE purposes (
    id INTEGER PRIMARY KEY NOT NULL,
    user_id BLOB NOT NULL REFERENCES users (id),
    at INTEGER NOT NULL,
    purpose BLOB NOT NULL
) STRICT;
ALTER TABLE sessions ADD COLUMN purpose INTEGER REFERENCES purposes (id);

-- What another device handed in than the one that wrote it. There is none but after a restore.
CREATE INDEX changes_vouched ON changes (seq) WHERE vouched_by IS NOT NULL;

-- What was read in an emergency, by who read it.
CREATE INDEX audit_in_an_emergency ON audit (actor, seq)
WHERE act = 'read' AND instr(outcome, 'in an emergency') > 0;
CREATE INDEX emergencies_unseen ON emergencies (id) WHERE seen_at IS NULL;
