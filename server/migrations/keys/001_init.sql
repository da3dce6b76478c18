-- The scopes' keys, version 1: each wrapped by the master key. Never part of a backup of the
-- server's database, so that destroying a key destroys what it sealed in every backup.
CREATE TABLE scope_keys (
    "case" BLOB NOT NULL,
    compartment TEXT NOT NULL,
    wrapped BLOB NOT NULL,
    PRIMARY KEY ("case", compartment)
) STRICT, WITHOUT ROWID;

-- What is left of an erased case: that it was, when, and on whose order. Here, because a backup put
-- back must not bring the case back.
CREATE TABLE erased (
    "case" BLOB PRIMARY KEY NOT NULL,
    erased_at INTEGER NOT NULL,
    legal_basis TEXT NOT NULL
) STRICT, WITHOUT ROWID;
