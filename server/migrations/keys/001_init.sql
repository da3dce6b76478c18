-- The scopes' keys, version 1: each wrapped by the master key. Never part of a backup of the
-- server's database, so that destroying a key destroys what it sealed in every backup.
CREATE TABLE scope_keys (
    "case" BLOB NOT NULL,
    compartment TEXT NOT NULL,
    wrapped BLOB NOT NULL,
    PRIMARY KEY ("case", compartment)
) STRICT, WITHOUT ROWID;
