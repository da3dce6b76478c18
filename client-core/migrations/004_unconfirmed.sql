-- Version 4: what is not the owner's any more after a reconcile.

-- Scopes that were held when a reconcile ended and of which the server has given nothing since. What
-- is left once everything has come is handed over and dropped.
CREATE TABLE unconfirmed (
    anchor      BLOB NOT NULL,
    compartment TEXT NOT NULL,
    PRIMARY KEY (anchor, compartment)
) STRICT, WITHOUT ROWID;
