-- Version 2: people at a desk.

-- Who may sign in. `desk` writes in their name, as a device does for a phone; nobody has its key.
CREATE TABLE accounts (
    user BLOB PRIMARY KEY NOT NULL REFERENCES users (id),
    -- argon2id, in the PHC string format.
    password TEXT NOT NULL,
    totp_secret BLOB NOT NULL,
    -- The newest time step of which a code was used: no code of it or an older one is taken again.
    totp_step INTEGER NOT NULL,
    desk BLOB NOT NULL UNIQUE REFERENCES devices (id),
    set_at INTEGER NOT NULL,
    closed_at INTEGER
) STRICT, WITHOUT ROWID;

-- One-use codes with which somebody sets their password.
CREATE TABLE account_invitations (
    code_hash BLOB PRIMARY KEY NOT NULL,
    user BLOB NOT NULL REFERENCES users (id),
    expires_at INTEGER NOT NULL,
    totp_secret BLOB NOT NULL,
    -- How often a wrong code was given with it.
    wrong INTEGER NOT NULL DEFAULT 0,
    used_at INTEGER
) STRICT, WITHOUT ROWID;

-- Left out of backups: a session that was ended must not come back.
CREATE TABLE sessions (
    token_hash BLOB PRIMARY KEY NOT NULL,
    user BLOB NOT NULL REFERENCES accounts (user),
    begun_at INTEGER NOT NULL,
    used_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_by_user ON sessions (user);

-- Attempts to sign in that failed one after the other, for names that exist and for others alike.
CREATE TABLE sign_in_failures (
    name_hash BLOB PRIMARY KEY NOT NULL,
    -- Whether somebody has this name: the others are forgotten first.
    is_known INTEGER NOT NULL,
    failures INTEGER NOT NULL,
    last_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sign_in_failures_by_age ON sign_in_failures (is_known, last_at);

-- What supervisors opened in an emergency outside their programs.
CREATE TABLE emergencies (
    id INTEGER PRIMARY KEY NOT NULL,
    user BLOB NOT NULL REFERENCES users (id),
    "case" BLOB NOT NULL,
    compartment TEXT NOT NULL,
    opened_at INTEGER NOT NULL,
    -- Exclusive.
    until INTEGER NOT NULL,
    -- When whoever opened it closed it before its time.
    closed_at INTEGER,
    -- Sealed under the key of the scope, so that it goes when the case is erased.
    reason BLOB NOT NULL,
    -- Who of those that watch over privacy has looked at it.
    seen_by BLOB,
    seen_at INTEGER
) STRICT;
CREATE INDEX emergencies_by_user ON emergencies (user, "case", until);

-- Why somebody read what is read with a stated reason only.
CREATE TABLE stated_reasons (
    id INTEGER PRIMARY KEY NOT NULL,
    user BLOB NOT NULL REFERENCES users (id),
    at INTEGER NOT NULL,
    -- What was read or written.
    "case" BLOB NOT NULL,
    compartment TEXT NOT NULL,
    -- Sealed under the key of that scope, so that it goes when the case is erased.
    reason BLOB NOT NULL
) STRICT;
CREATE INDEX stated_reasons_by_case ON stated_reasons ("case");

-- What a consent opened to somebody on a day, and the record that says so.
CREATE TABLE disclosed (
    consent BLOB NOT NULL,
    user BLOB NOT NULL REFERENCES users (id),
    compartment TEXT NOT NULL,
    -- Days since 1970, UTC.
    day INTEGER NOT NULL,
    record BLOB NOT NULL,
    PRIMARY KEY (consent, user, compartment, day)
) STRICT, WITHOUT ROWID;

-- What somebody may not see must not take them time either.
CREATE INDEX scopes_by_compartment ON scopes (compartment);
DROP INDEX records_by_scope;
CREATE INDEX records_by_scope ON records (scope, type);
