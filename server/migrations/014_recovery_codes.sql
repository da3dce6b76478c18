-- What somebody signs in with once each when they have no authenticator at hand. Only what a code comes to
-- is kept: who reads the database learns none.
CREATE TABLE recovery_codes (
    user_id BLOB NOT NULL REFERENCES users (id),
    code_hash BLOB NOT NULL,
    PRIMARY KEY (user_id, code_hash)
) STRICT, WITHOUT ROWID;
