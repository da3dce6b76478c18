-- What whoever watches over privacy asks about an opening in an emergency, and what is answered.
CREATE TABLE emergency_questions (
    id INTEGER PRIMARY KEY NOT NULL,
    emergency INTEGER NOT NULL REFERENCES emergencies (id),
    asked_by BLOB NOT NULL REFERENCES users (id),
    asked_at INTEGER NOT NULL,
    -- Sealed under the key of the scope, as the reason is, so that both go when the case is erased.
    question BLOB NOT NULL,
    answered_at INTEGER,
    answer BLOB
) STRICT;
CREATE INDEX emergency_questions_of ON emergency_questions (emergency, id);
