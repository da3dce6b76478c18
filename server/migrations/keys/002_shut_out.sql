-- The scopes' keys, version 2: whose they are, and who was shut out. Here, because a backup put
-- back must not let anybody in again, also where the database that knew of it is lost.

-- The public key of the server whose database these keys belong to. One row.
CREATE TABLE belongs_to (
    server BLOB PRIMARY KEY NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE revoked_devices (
    device BLOB PRIMARY KEY NOT NULL,
    revoked_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE closed_accounts (
    user BLOB PRIMARY KEY NOT NULL,
    closed_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
