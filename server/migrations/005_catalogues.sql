-- Version 5: every catalogue that was ever in force.

-- Phones work by the one they have until they meet the server again, and records stay.
CREATE TABLE catalogues (
    -- In the order in which they were first in force.
    number INTEGER PRIMARY KEY,
    digest BLOB NOT NULL UNIQUE,
    -- Its files, as JSON.
    source TEXT NOT NULL,
    since INTEGER NOT NULL
) STRICT;
